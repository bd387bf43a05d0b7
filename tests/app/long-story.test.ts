import { afterEach, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import type { DeliverTools } from '../../src/app/lane.ts';
import { openDiscord } from '../../src/channels/discord/discord.ts';
import { openSlack } from '../../src/channels/slack/slack.ts';
import type { Release } from '../../src/core/release.ts';
import { timeOf } from '../support/delivering.ts';
import { CHANNEL, startFakeDiscord } from '../support/fake-discord.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TOKEN = 'MTIz.long-story.token';
const SLACK = 'slack:C0TRADE';
const DISCORD = `discord:${CHANNEL}`;
const NOTHING = { source: 'harbour', poll: null, fresh: [], revised: [], adopted: [], completed: [], deliveries: [] };

/** The bot's deliveries against both platforms as they are; the test moves the clock of the ledger. */
async function openStory() {
  const tools = await openTools();
  closers.push(() => tools.store.close());
  const slack = await startFakeSlack({ burst: 20 });
  closers.push(() => slack.close());
  const discord = await startFakeDiscord({ token: TOKEN, limit: { posts: 50, ms: 1000 } });
  closers.push(() => discord.close());
  const here = () => Temporal.Now.instant();
  const channels = [
    openSlack({ botToken: slack.botToken, apiUrl: slack.url, log: tools.log, now: here }),
    openDiscord({ token: TOKEN, apiUrl: discord.url, log: tools.log, now: here }),
  ];
  for (const channel of channels) closers.push(() => channel.close());
  const how: DeliverTools = {
    store: tools.store,
    runtime: { now: tools.clock.now, log: tools.log },
    channels: new Map(channels.map(channel => [channel.platform, channel])),
    nameOf: () => 'Harbour',
    labelsOf: () => [],
    headingOf: () => null,
    matches: () => true,
    settleMs: 30_000,
    elapsed: tools.elapsed,
    page: null,
  };
  const now = () => tools.clock.now().toString();
  const { store } = tools;

  const turn = async (to: string) => timeOf(await deliver(to, how));

  /** Everything that is owed now; pauses between posts are slept through by the clock of the ledger. */
  async function deliverAll(): Promise<void> {
    for (const to of [SLACK, DISCORD])
      for (let at = await turn(to); at !== null; at = await turn(to)) {
        const wait = at.since(tools.clock.now());
        if (wait.total('minutes') > 10) break;
        if (wait.total('milliseconds') > 0) tools.later(wait);
      }
  }
  async function publish(keys: readonly string[], when: 'now' | 'daily 09:00'): Promise<void> {
    const releases = keys.map(key => release(key));
    const deliveries = [];
    for (const to of [SLACK, DISCORD]) {
      const { subscription } = await store.follow(asks(to, { when, normal: `topic:shipping ${when}` }), now());
      deliveries.push(...releases.map(one => alert(one, to, [subscription.id])));
    }
    await store.record({ ...batch(releases, { deliveries }), at: now() });
    await deliverAll();
  }
  async function revise(key: string, changes: Partial<Release>): Promise<void> {
    const before = await store.release(`harbour/${key}`);
    if (!before) throw new Error(`no release ${key}`);
    const after = { ...before, ...changes, revision: before.revision + 1, updated: now() };
    await store.record({ ...batch([], { revised: [{ after, fingerprint: `t-${key}` }] }), at: now() });
    await deliverAll();
  }
  async function withdraw(key: string): Promise<void> {
    const at = now();
    await store.record({ ...NOTHING, at, listed: [], absent: [{ key, kind: 'vanished' }] });
    const gone = { answer: 'gone', goneAt: at, nextAt: null } as const;
    const absence = { source: 'harbour', key, kind: 'vanished', since: at, ...gone } as const;
    await store.saveAnswer(absence, { absence, withdrawn: true }, at);
    await deliverAll();
  }
  async function restore(key: string): Promise<void> {
    await store.record({ ...NOTHING, at: now(), listed: [{ key, release: `harbour/${key}` }], absent: [] });
    await deliverAll();
  }

  return {
    tools,
    publish,
    revise,
    withdraw,
    restore,
    deliverAll,
    /** What people read: messages of the channel, and the replies to each. */
    read(): Readonly<Record<'slack' | 'discord', { readonly posts: string[]; readonly replies: string[] }>> {
      const inSlack = slack.messages('C0TRADE');
      const inDiscord = discord.messages(CHANNEL);
      const words = (message: object) => JSON.stringify(message);
      return {
        slack: {
          posts: inSlack.filter(one => one.thread === null).map(({ text, blocks }) => words({ text, blocks })),
          replies: inSlack.filter(one => one.thread !== null).map(({ text, blocks }) => words({ text, blocks })),
        },
        discord: {
          posts: inDiscord
            .filter(one => one.reference === null)
            .map(({ content, embeds }) => words({ content, embeds })),
          replies: inDiscord
            .filter(one => one.reference !== null)
            .map(({ content, embeds }) => words({ content, embeds })),
        },
      };
    },
    polite() {
      slack.assertPolite();
      discord.assertPolite();
    },
  };
}

test.each(['edit', 'edit+note'] as const)(
  'alert, correction, second correction, withdrawn, restored; alone, in a group and in a digest (corrections: %s)',
  { timeout: 90_000 },
  async corrections => {
    const story = await openStory();
    for (const to of [SLACK, DISCORD])
      await story.tools.store.saveSettings(to, { corrections, zone: 'Asia/Seoul' }, story.tools.clock.now().toString());
    const group = ['11', '12', '13', '14', '15', '16'];
    await story.publish(['1'], 'now');
    await story.publish(group, 'now');
    await story.publish(['21', '22'], 'daily 09:00');
    story.tools.later({ hours: 24 });
    await story.deliverAll();
    const before = story.read();
    for (const { posts, replies } of Object.values(before)) expect([posts.length, replies.length]).toEqual([3, 0]);

    const told = { '1': 0, '14': 1, '22': 2 } as const;
    const keys = Object.keys(told) as (keyof typeof told)[];
    /** Each step with what the message of the release says then. */
    const steps: readonly (readonly [(key: string) => Promise<void>, RegExp])[] = [
      [key => story.revise(key, { title: `Note ${key}, mended` }), /Corrected [\d-]+ [\d:]+ KST: title changed/],
      [
        key =>
          story.revise(key, { text: `The harbour office explains note ${key}.\n\nShips keep to the 7 east sides.` }),
        /Corrected [\d-]+ [\d:]+ KST: number(?:, wording)? changed/,
      ],
      [key => story.withdraw(key), /Withdrawn by its source [\d-]+ [\d:]+ KST/],
      [key => story.restore(key), /Listed again by its source [\d-]+ [\d:]+ KST/],
    ];
    for (const [step, says] of steps) {
      story.tools.later({ hours: 1 });
      for (const key of keys) await step(key);
      for (const { posts } of Object.values(story.read()))
        for (const key of keys) expect(posts[told[key]], `of ${key}`).toMatch(says);
    }

    for (const { posts, replies } of Object.values(story.read())) {
      expect(posts).toHaveLength(3);
      for (const key of keys) {
        expect(posts[told[key]]).toContain(`Note ${key}, mended`);
        expect(posts[told[key]]).not.toContain(`Note ${key} of the harbour office`);
        expect(posts[told[key]]?.match(/Listed again/g)?.length).toBeGreaterThan(0);
        expect(posts[told[key]]).not.toMatch(/Corrected|Withdrawn/);
      }
      for (const key of [...group.filter(one => one !== '14'), '21'])
        expect(posts.join(), `${key} stays as it was`).toContain(`Note ${key} of the harbour office`);
      // A note for each grave correction of each release, and for nothing else.
      expect(replies).toHaveLength(corrections === 'edit' ? 0 : 2 * keys.length);
      for (const reply of replies) expect(reply).toMatch(/Corrected .*: (?:title|number)/);
    }
    expect((await story.tools.store.deliveries({ limit: 200 })).filter(one => one.state !== 'sent')).toEqual([]);
    story.polite();
  },
);
