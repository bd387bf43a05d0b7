import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { CODES, ruleOf } from '../../src/channels/slack/codes.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { type ChannelFault, channelContract } from '../contracts/channel.ts';
import { CARD, KEY } from '../contracts/channel-samples.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { checkSchema, hasSlackData, linksOf, mentionsOf, refuseMessage } from '../support/fake-slack-rules.ts';
import type { Fault } from '../support/fake-slack-wire.ts';
import { openBench, type SlackBench } from '../support/slack-bench.ts';

type Json = Record<string, unknown>;
const HTML = '<!doctype html><title>Service unavailable</title><h1>Please try again</h1>';

/** The ways of failing that a platform has, beside its error codes. */
const FAILURES: readonly (Omit<ChannelFault, 'arrange'> & Pick<Fault, 'when' | 'does'>)[] = [
  { name: 'the channel is gone', when: 'before', does: { error: 'channel_not_found' }, outcome: 'suspend', visible: 0 },
  { name: 'the token is refused', when: 'before', does: { error: 'token_revoked' }, outcome: 'down', visible: 0 },
  {
    name: 'the administrators hold it',
    when: 'before',
    does: { error: 'ekm_access_denied' },
    outcome: 'hold',
    visible: 0,
  },
  {
    name: '429 with seconds',
    when: 'before',
    does: { status: 429, headers: { 'retry-after': '30' } },
    outcome: 'wait',
    visible: 0,
  },
  { name: '429 without Retry-After', when: 'before', does: { status: 429 }, outcome: 'wait', visible: 0 },
  {
    name: '429 with a date',
    when: 'before',
    does: { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
    outcome: 'wait',
    visible: 0,
  },
  { name: '500 before it was posted', when: 'before', does: { status: 500 }, outcome: 'unsure', visible: 0 },
  { name: '503 after it was posted', when: 'after', does: { status: 503, text: HTML }, outcome: 'unsure', visible: 1 },
  { name: 'reset before it was posted', when: 'before', does: { reset: true }, outcome: 'unsure', visible: 0 },
  { name: 'reset after it was posted', when: 'after', does: { reset: true }, outcome: 'unsure', visible: 1 },
  {
    name: '200 with a web page',
    when: 'after',
    does: { body: HTML, type: 'text/html' },
    outcome: 'unsure',
    visible: 1,
  },
  { name: '200 with half an answer', when: 'after', does: { body: 'cut' }, outcome: 'unsure', visible: 1 },
  { name: '200 with null', when: 'after', does: { body: 'null' }, outcome: 'unsure', visible: 1 },
  { name: '200 that names no message', when: 'after', does: { body: '{"ok":true}' }, outcome: 'unsure', visible: 1 },
  { name: 'an error nobody documented', when: 'before', does: { error: 'quite_new' }, outcome: 'unsure', visible: 0 },
  { name: '403 of a proxy', when: 'before', does: { status: 403, text: HTML }, outcome: 'wait', visible: 0 },
  { name: '413', when: 'before', does: { status: 413 }, outcome: 'sent', visible: 1 },
  { name: 'malformed once', when: 'before', does: { error: 'invalid_blocks' }, outcome: 'sent', visible: 1 },
];

channelContract('Slack', async () => {
  const bench = await openBench({ socket: true });
  return {
    channel: bench.channel,
    destination: bench.trade,
    visible: () => bench.slack.messages('C0TRADE').length,
    reads: () =>
      bench.slack
        .messages('C0TRADE')
        .map(one => JSON.stringify([one.text, one.blocks]))
        .join('\n'),
    refuses: body =>
      refuseMessage(body as Json) ?? checkSchema('PostMessage', { channel: 'C0TRADE', ...(body as Json) }),
    mentions: body => mentionsOf(body as Json),
    faults: FAILURES.map(({ when, does, ...fault }) => ({
      ...fault,
      arrange: () => bench.slack.script({ when, does }),
    })),
    silence: {
      arrange: () => bench.slack.script({ when: 'before', does: { silence: true } }),
      heard: () => bench.slack.requests.filter(({ method }) => method === 'chat.postMessage').length,
    },
    connections: bench.slack.connections,
    close: bench.slack.close,
  };
});

let bench: SlackBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const message = (part = 0, card = CARD) => ({ key: KEY, part, body: bench!.channel.render(card, KEY) });

test('a post that is given up while it waits for its turn in the channel never comes to it', async () => {
  bench = await openBench();
  const { channel, trade, slack } = bench;
  const given = new AbortController();
  const sendings = [1, 2, 3].map(part => channel.send(trade, message(part), part === 2 ? given.signal : undefined));
  await sendings[0];
  given.abort();
  expect((await Promise.all(sendings)).map(({ is }) => is)).toEqual(['sent', 'wait', 'sent']);
  expect(slack.messages('C0TRADE')).toHaveLength(2);
  slack.assertPolite();
});

describe('posting', () => {
  test('carries the message key and part in its metadata, whatever part it is', async () => {
    bench = await openBench();
    await bench.channel.send(bench.trade, message(2));
    const [seen] = bench.slack.messages('C0TRADE');
    expect(seen?.metadata).toEqual({ event_type: 'gwanbo_message', event_payload: { message: KEY, part: 2 } });
    bench.slack.assertPolite();
  });

  test('unfolds no links and links no names', async () => {
    bench = await openBench();
    await bench.channel.send(bench.trade, message());
    expect(bench.slack.messages('C0TRADE')[0]?.body).toMatchObject({
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
    });
  });

  test('says the same to the eye and to the ear', async () => {
    bench = await openBench();
    await bench.channel.send(bench.trade, message());
    const [seen] = bench.slack.messages('C0TRADE');
    expect(seen?.text).toBe(
      [
        'Korea and Freedonia Discuss Steel',
        'MOTIR · 1 Dec 2025 · talks · Freedonia · steel',
        'The minister met with her counterpart &amp; spoke about steel.',
        '<https://gov.example/news/2441?a=1&amp;b=2>',
      ].join('\n'),
    );
    expect(seen?.blocks.map(block => block.type)).toEqual(['header', 'context', 'section', 'context', 'actions']);
    expect(linksOf(seen?.body ?? {})).toEqual([
      'https://gov.example/news/2441?a=1&b=2',
      'https://gov.example/news/2441?a=1&b=2',
    ]);
  });

  test('suspends a destination of another workspace once its own is known', async () => {
    bench = await openBench();
    await bench.channel.listen(async () => ({ ok: true, lines: [] }));
    const outcome = await bench.channel.send(parseDestination('slack:T0OTHER/C0TRADE'), message());
    expect(outcome).toEqual({ is: 'suspend', reason: 'gwanbo is installed in workspace T0TEST, not in T0OTHER' });
    expect((await bench.channel.send(parseDestination('slack:T0TEST/C0TRADE'), message())).is).toBe('sent');
  });

  test('changes, takes away and looks for nothing in another workspace', async () => {
    bench = await openBench();
    await bench.channel.listen(async () => ({ ok: true, lines: [] }));
    const posted = await bench.channel.send(bench.trade, message());
    if (posted.is !== 'sent') throw new Error('nothing was posted');
    const { channel } = bench;
    const calls = bench.slack.requests.length;
    const foreign = parseDestination('slack:T0OTHER/C0TRADE');
    const suspended = { is: 'suspend', reason: 'gwanbo is installed in workspace T0TEST, not in T0OTHER' };
    expect(await channel.edit(foreign, posted.receipt, message())).toEqual(suspended);
    expect(await channel.remove(foreign, posted.receipt)).toEqual(suspended);
    expect(await channel.history(foreign, Temporal.Now.instant().toString())).toEqual(suspended);
    expect(bench.slack.requests.length).toBe(calls);
  });

  test.each([
    ['an unknown channel', { id: 'C0OTHER', botIsMember: true }, 'C0NOWHERE', 'channel_not_found'],
    ['an archived one', { id: 'C0OLD', isArchived: true }, 'C0OLD', 'is_archived'],
    ['one the bot is not in', { id: 'C0OUT', botIsMember: false }, 'C0OUT', 'not_in_channel'],
    [
      'a private one the bot was removed from',
      { id: 'G0PRIV', isPrivate: true, botIsMember: false },
      'G0PRIV',
      'channel_not_found',
    ],
  ])('suspends %s and says what to do', async (_name, made, asked, code) => {
    bench = await openBench();
    bench.slack.addChannel(made);
    const outcome = await bench.channel.send(parseDestination(`slack:${asked}`), message());
    expect(outcome).toMatchObject({ is: 'suspend', reason: expect.stringContaining(`(${code})`) });
  });
});

describe('outcomes', () => {
  const tries = (of: SlackBench) => of.slack.requests.filter(({ method }) => method === 'chat.postMessage').length;
  const [malformed, others] = [true, false].map(is =>
    Object.entries(CODES).filter(([, rule]) => (rule.is === 'malformed') === is),
  );

  test.each(others ?? [])('%s is dealt with as the table says, once', async (code, rule) => {
    bench = await openBench();
    bench.slack.script({ when: 'before', does: { error: code }, times: 9 });
    const outcome = await bench.channel.send(bench.trade, message());
    expect(outcome.is).toBe(rule.is);
    expect(outcome.is === 'sent' ? '' : outcome.reason).toContain(rule.say);
    expect(tries(bench)).toBe(1);
  });

  test('54. what finds fault with the message itself is answered with its minimal form, once, and then given up', async () => {
    const codes = (malformed ?? []).map(([code]) => code);
    expect(codes.length).toBeGreaterThan(20);
    // All at once: between the two tries lies the second that posts in a channel have to be apart.
    await Promise.all(
      codes.map(async code => {
        const own = await openBench();
        own.slack.script({ when: 'before', does: { error: code }, times: 9 });
        const body = own.channel.render(CARD, KEY);
        expect(await own.channel.send(own.trade, { key: KEY, part: 1, body })).toEqual({
          is: 'dead',
          reason: `Slack refuses the message, in its minimal form too (${code}, ${code})`,
        });
        expect(tries(own), code).toBe(2);
        await own.close();
      }),
    );
  });

  /** What docs.slack.dev lists under "Errors" of every method that we call. */
  const EVERYWHERE =
    'access_denied accesslimited account_inactive channel_not_found deprecated_endpoint ekm_access_denied ' +
    'enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth ' +
    'invalid_charset invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission ' +
    'not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable ' +
    'team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required';
  test.each([
    [
      'chat.postMessage',
      'post',
      'as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message draft_already_deleted ' +
        'draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_message_not_found ' +
        'invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_archived ' +
        'markdown_text_conflict message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app ' +
        'metadata_too_large missing_file_data msg_blocks_too_long msg_too_long no_text not_in_channel rate_limited ' +
        'restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel ' +
        'restricted_action_thread_locked restricted_action_thread_only_channel send_on_behalf_not_allowed ' +
        'slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked ' +
        'slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards app_uninstalled',
    ],
    [
      'chat.update',
      'edit',
      'as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message ' +
        'edit_window_closed external_channel_migrating file_deleted file_is_deleted file_not_found ' +
        'file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format ' +
        'invalid_metadata_schema is_inactive markdown_text_conflict max_file_sharing_exceeded message_limit_exceeded ' +
        'message_not_found metadata_must_be_sent_from_app metadata_too_large msg_too_long ' +
        'no_dual_broadcast_content_update no_text posting_to_channel_denied slack_connect_blocked_file_type ' +
        'slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked ' +
        'slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked streaming_state_conflict ' +
        'team_not_found too_many_attachments unable_to_share_files update_failed',
    ],
    ['chat.delete', 'remove', 'cant_delete_message compliance_exports_prevent_deletion message_not_found'],
    [
      'conversations.history',
      'read',
      'channel_is_limited_access invalid_cursor invalid_limit invalid_metadata_filter_keys invalid_ts_latest ' +
        'invalid_ts_oldest not_in_channel pagination_not_available',
    ],
    [
      'conversations.replies',
      'read',
      'invalid_cursor invalid_limit invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest ' +
        'list_record_comment_fetch_failed method_not_supported_for_channel_type thread_not_found',
    ],
  ] as const)('every error that Slack documents of %s is known, and says something', (_, act, own) => {
    const codes = [...EVERYWHERE.split(' '), ...own.split(' ')];
    expect(codes.filter(code => !ruleOf(code, act)?.say)).toEqual([]);
  });

  test('54. a message Slack finds fault with is shown once, in its minimal form, with title, link, mentions and key', async () => {
    bench = await openBench();
    bench.slack.script({ when: 'before', does: { error: 'invalid_blocks' } });
    const outcome = await bench.channel.send(
      bench.trade,
      message(0, { ...CARD, title: 'Steel <& more>', mention: ['user:U0ANA'] }),
    );
    const seen = bench.slack.messages('C0TRADE');
    expect(outcome.is).toBe('sent');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      text: 'Steel &lt;&amp; more&gt;\n<https://gov.example/news/2441?a=1&amp;b=2>\n<@U0ANA>',
      blocks: [],
      metadata: { event_payload: { message: KEY, part: 0 } },
    });
    expect(bench.log.lines.map(line => line.level)).toContain('error');
    bench.slack.assertPolite();
  });

  test('metadata that Slack refuses is left out of the minimal form', async () => {
    bench = await openBench();
    bench.slack.script({ when: 'before', does: { error: 'invalid_metadata_format' } });
    expect((await bench.channel.send(bench.trade, message())).is).toBe('sent');
    expect(bench.slack.messages('C0TRADE')[0]?.metadata).toBeNull();
  });

  test('49. after a 429 no channel posts before Retry-After is over, and then all do', async () => {
    let now = Temporal.Now.instant();
    bench = await openBench({ now: () => now });
    bench.slack.addChannel({ id: 'C0OTHER' });
    bench.slack.script({ when: 'before', does: { status: 429, headers: { 'retry-after': '30' } } });
    const first = await bench.channel.send(bench.trade, message());
    expect(first).toMatchObject({ is: 'wait', reason: 'Slack asks for a pause (HTTP 429)' });
    const at = first.is === 'wait' ? Temporal.Instant.from(first.at) : now;
    expect(at.since(now).total('seconds')).toBeGreaterThanOrEqual(30);
    expect(at.since(now).total('seconds')).toBeLessThanOrEqual(31);
    expect(await bench.channel.send(parseDestination('slack:C0OTHER'), message())).toEqual(first);
    expect(bench.slack.requests).toHaveLength(1);
    now = at;
    // The fake keeps real time; its own pause is not what is tested here.
    bench.slack.impolite.length = 0;
    expect((await bench.channel.send(parseDestination('slack:C0OTHER'), message())).is).toBe('sent');
  });

  test('16. a pause that began while our clock was a year ahead is over when it was to be', async () => {
    let now = Temporal.Now.instant().add({ hours: 24 * 365 });
    bench = await openBench({ now: () => now });
    bench.slack.script({ when: 'before', does: { status: 429, headers: { 'retry-after': '30' } } });
    expect(await bench.channel.send(bench.trade, message())).toMatchObject({ is: 'wait' });
    now = now.subtract({ hours: 24 * 365 });
    const waits = await bench.channel.send(bench.trade, message());
    const at = waits.is === 'wait' ? Temporal.Instant.from(waits.at) : now;
    expect(at.since(now).total('seconds')).toBeGreaterThanOrEqual(30);
    expect(at.since(now).total('seconds')).toBeLessThanOrEqual(31);
    now = at;
    // The fake keeps real time; its own pause is not what is tested here.
    bench.slack.impolite.length = 0;
    expect((await bench.channel.send(bench.trade, message())).is).toBe('sent');
  });

  test('nothing was sent where nobody listens: it waits and is not unsure', async () => {
    const gone = await startFakeSlack();
    await gone.close();
    bench = await openBench({ apiUrl: gone.url });
    expect(await bench.channel.send(bench.trade, message())).toMatchObject({
      is: 'wait',
      reason: 'Slack could not be reached (ECONNREFUSED); nothing was sent',
    });
  });

  test('a host that does not exist waits as well', async () => {
    bench = await openBench({ apiUrl: 'http://nowhere.invalid/api/' });
    expect(await bench.channel.send(bench.trade, message())).toMatchObject({
      is: 'wait',
      reason: expect.stringContaining('nothing was sent'),
    });
  });

  test('52. a refused token stops all posting without a storm, and posting goes on when it is accepted again', async () => {
    let now = Temporal.Now.instant();
    bench = await openBench({ now: () => now });
    const token = bench.slack.tokens.bot;
    bench.slack.tokens.bot = null;
    bench.slack.tokens.botError = 'token_revoked';
    const first = await bench.channel.send(bench.trade, message());
    expect(first).toMatchObject({
      is: 'down',
      reason: expect.stringMatching(/^SLACK_BOT_TOKEN was refused \(token_revoked\): /),
    });
    for (let again = 0; again < 20; again++) expect(await bench.channel.send(bench.trade, message())).toEqual(first);
    expect(bench.slack.requests).toHaveLength(1);
    expect(bench.channel.status()).toMatchObject({ state: 'down', fix: expect.stringContaining('SLACK_BOT_TOKEN') });
    bench.slack.tokens.bot = token;
    now = now.add({ minutes: 2 });
    expect((await bench.channel.send(bench.trade, message())).is).toBe('sent');
    expect(bench.channel.status()).toEqual({ state: 'ready', what: null, fix: null });
  });

  test('a web page in the place of an answer is not repeated to people', async () => {
    bench = await openBench();
    bench.slack.script({ when: 'after', does: { body: HTML, type: 'text/html' } });
    expect(await bench.channel.send(bench.trade, message())).toEqual({
      is: 'unsure',
      reason: 'Slack answered with something that is no answer of its API',
    });
  });

  test('a missing scope is named', async () => {
    bench = await openBench({ scopes: ['commands'] });
    expect(await bench.channel.send(bench.trade, message())).toMatchObject({
      is: 'down',
      reason: expect.stringContaining('(missing_scope chat:write)'),
    });
  });

  test('a post that is under way when the bot stops is unsure, at once', async () => {
    bench = await openBench();
    bench.slack.script({ when: 'after', does: { silence: true } });
    const sending = bench.channel.send(bench.trade, message());
    while (bench.slack.messages('C0TRADE').length === 0) await sleep(5);
    const stopped = bench.channel.close().then(() => sending);
    const first = await Promise.race([stopped, sleep(3000, { is: 'nothing yet' })]);
    expect(first.is).toBe('unsure');
  });
});

test('the fake refuses a text of no characters in rich text', () => {
  const bodyOf = (...texts: readonly string[]): Json => {
    const elements = [{ type: 'rich_text_section', elements: texts.map(text => ({ type: 'text', text })) }];
    return { text: 'x', blocks: [{ type: 'rich_text', elements }] };
  };
  expect(refuseMessage(bodyOf('a', 'b'))).toBeNull();
  expect(refuseMessage(bodyOf('a', ''))).toBe('invalid_blocks');
});

describe.skipIf(!hasSlackData)(
  'the fake refuses what Slack refuses (needs the schemas in SHARED_DIR/data/slack)',
  () => {
    test('a body that breaks the schema', async () => {
      bench = await openBench();
      const body = { text: 'x', blocks: [{ type: 'section', text: { type: 'html', text: 'x' } }] };
      expect(await bench.channel.send(bench.trade, { key: KEY, part: 0, body })).toMatchObject({ is: 'sent' });
      expect(() => bench?.slack.assertPolite()).toThrow('schema of chat.postMessage');
    });
  },
);

test('messages are spaced so that Slack has nothing to refuse, also where nobody else spaces them', async () => {
  bench = await openBench({ burst: 1 });
  const outcomes = await Promise.all([1, 2, 3].map(part => bench?.channel.send(bench.trade, message(part))));
  expect(outcomes.map(outcome => outcome?.is)).toEqual(['sent', 'sent', 'sent']);
  bench.slack.assertPolite();
});

test('the fake complains of more than a message a second in one channel', async () => {
  bench = await openBench({ burst: 2 });
  const body = new URLSearchParams({ channel: 'C0TRADE', text: 'x' });
  const headers = { authorization: `Bearer ${bench.slack.botToken}` };
  for (let at = 0; at < 3; at++) await fetch(`${bench.slack.url}chat.postMessage`, { method: 'POST', headers, body });
  expect(bench.slack.messages('C0TRADE')).toHaveLength(2);
  expect(() => bench?.slack.assertPolite()).toThrow('more than a message a second in C0TRADE');
});
