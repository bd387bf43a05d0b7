import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openFolder } from './bot.ts';
import { startFakeBoard } from './fake-board.ts';
import { CHANNEL as DISCORD_CHANNEL, startFakeDiscord } from './fake-discord.ts';
import { startReceiver } from './fake-receiver.ts';
import { startFakeSlack } from './fake-slack.ts';

export const SLACK_CHANNEL = 'C0TRADE';
const DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkE0.discordTokenOfTheSweep123456789012';
const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of the sweep, 32 bytes').toString('base64')}`;

/** Releases that are news in each run, in the order in which they are published. */
export const NEWS = [1, 2].map(number => `Steel quota, round ${number}`);

export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * A board with news, and a channel of each kind that follows them.
 * @param database a record to start from, in which what is older is known already; null for none
 * @param losing whether each platform takes the first message and does not let its answer through
 */
export async function openWorld(database: string | null, losing: boolean) {
  const folder = openFolder();
  const [board, slack, discord, receiver] = await Promise.all([
    startFakeBoard(),
    startFakeSlack({ burst: 10 }),
    startFakeDiscord({ token: DISCORD_TOKEN }),
    startReceiver(WEBHOOK_SECRET),
  ]);
  board.publish({ title: 'Old news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  if (losing) {
    slack.script({ when: 'after', does: { reset: true } });
    discord.script({ fault: 'lose' });
    receiver.next({ breaks: 'after taking' });
  }

  const path = join(folder.path, 'gwanbo.db');
  if (database !== null)
    for (const end of ['', '-wal', '-shm'])
      if (existsSync(`${database}${end}`)) copyFileSync(`${database}${end}`, `${path}${end}`);
  mkdirSync(join(folder.path, 'tmp'));
  const config = join(folder.path, 'gwanbo.yaml');
  const destinations = [`slack:${SLACK_CHANNEL}`, `discord:${DISCORD_CHANNEL}`, `webhook:${receiver.url}`];
  const source = { id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' };
  writeFileSync(
    config,
    JSON.stringify({
      sources: [{ ...source, categories: [] }],
      subscriptions: destinations.map(to => ({
        query: 'topic:steel',
        to,
        ...(to.startsWith('webhook:') ? { secret: 'SWEEP_SECRET' } : {}),
      })),
    }),
  );
  const env = {
    PATH: process.env.PATH,
    TMPDIR: join(folder.path, 'tmp'),
    NODE_COMPILE_CACHE: join(folder.path, '../node-compile-cache'),
    DATABASE_URL: `sqlite:${path}`,
    GWANBO_CONFIG: config,
    GWANBO_PORT: '0',
    GWANBO_SETTLE_MS: '300',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN,
    DISCORD_API_URL: discord.url,
    SWEEP_SECRET: WEBHOOK_SECRET,
  };
  return {
    folder: folder.path,
    path,
    env,
    board,
    slack,
    /** Puts the news on the board. */
    publish() {
      for (const title of NEWS)
        board.publish({ title, body: `The quota for steel was discussed. ${title}.`, date: '2025-12-04' });
    },
    /** What each channel shows of the news, oldest first. */
    shown(): Readonly<Record<'slack' | 'discord' | 'webhook', readonly string[]>> {
      const found = (texts: readonly string[]) => texts.flatMap(text => /Steel quota, round \d/.exec(text)?.[0] ?? []);
      return {
        slack: found(slack.messages(SLACK_CHANNEL).map(({ text }) => text)),
        discord: found(discord.messages(DISCORD_CHANNEL).map(message => JSON.stringify(message))),
        webhook: found(receiver.taken().map(({ text }) => text)),
      };
    },
    /** How many deliveries the record has in each state. */
    states(): Readonly<Record<string, number>> {
      if (!existsSync(path)) return {};
      const db = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
      try {
        const rows = db
          .prepare("SELECT state, count(*) AS count FROM delivery WHERE kind = 'alert' GROUP BY state")
          .all();
        return Object.fromEntries(rows.map(({ state, count }) => [String(state), Number(count)]));
      } catch {
        // There is no schema yet, or the process is making it.
        return {};
      } finally {
        db.close();
      }
    },
    async close() {
      await Promise.all([board.close(), slack.close(), discord.close(), receiver.close()]);
      folder.remove();
    },
  };
}
