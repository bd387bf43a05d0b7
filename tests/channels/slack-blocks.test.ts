import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCard } from '../../src/channels/slack/blocks.ts';
import { adaptLog, readRetryAfter, redact } from '../../src/channels/slack/library.ts';
import { LIMITS } from '../../src/channels/slack/limits.ts';
import { renderNote } from '../../src/channels/slack/note.ts';
import { neverLeft } from '../../src/channels/slack/outcomes.ts';
import { createMemory } from '../../src/channels/slack/pace.ts';
import { divide, escapeText, escapeWithin, linkable, unescapeText } from '../../src/channels/slack/text.ts';
import type { Card } from '../../src/core/card.ts';
import { CARD, hostileCards, KEY } from '../contracts/channel-samples.ts';
import { hasSlackData, mentionsOf, refuseMessage, slackData } from '../support/fake-slack-rules.ts';
import { recordLog } from '../support/slack-bench.ts';

type Json = Record<string, unknown>;
const render = (change: Partial<Card>) => renderCard({ ...CARD, ...change }, KEY);
const kinds = (change: Partial<Card>) => render(change).blocks.map(block => block.type);

describe('styles', () => {
  test('card: title, context, lead, why, buttons', () => {
    expect(render({}).blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: CARD.title, emoji: false } },
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: 'MOTIR · 1 Dec 2025 · talks · Freedonia · steel', emoji: false }],
      },
      { type: 'section', text: { type: 'plain_text', text: CARD.lead, emoji: false } },
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: 'Why: country:fr (title) · #12 from the configuration', emoji: false }],
      },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Open', emoji: false }, url: CARD.url },
          ...(['Why?', 'Related', 'History', 'Mute here'] as const).map((text, at) => ({
            type: 'button',
            text: { type: 'plain_text', text, emoji: false },
            action_id: `g1:${['why', 'related', 'history', 'mute'][at]}:${KEY}`,
          })),
        ],
      },
    ]);
  });

  test('figures are a line of their own between the text and the reasons', () => {
    const card = { ...CARD, figures: ['USD 13.7 billion', '25 <@U1> tariff'] };
    const line = { type: 'plain_text', text: 'Figures: USD 13.7 billion · 25 <@U1> tariff', emoji: false };
    const { blocks } = renderCard(card, KEY);
    const at = blocks.findIndex(
      block =>
        block.type === 'context' &&
        block.elements[0]?.type === 'plain_text' &&
        block.elements[0].text.startsWith('Figures'),
    );
    expect(blocks[at]).toEqual({ type: 'context', elements: [line] });
    expect(blocks[at - 1]).toMatchObject({ type: 'section', text: { text: CARD.lead } });
    expect(blocks[at + 1]).toMatchObject({ elements: [{ text: expect.stringContaining('Why: ') }] });
    expect(JSON.stringify(renderCard({ ...card, style: 'compact' }, KEY))).not.toContain('Figures');
  });

  test('compact: the first two lines, the title linked', () => {
    expect(render({ style: 'compact' }).blocks).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [{ type: 'link', url: CARD.url, text: CARD.title, style: { bold: true } }],
          },
        ],
      },
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: 'MOTIR · 1 Dec 2025 · talks · Freedonia · steel', emoji: false }],
      },
    ]);
  });

  test('full: the whole body, and the attachments with type and size', () => {
    const body = JSON.stringify(render({ style: 'full' }).blocks);
    expect(body).toContain('They will meet again.');
    expect(body).toContain('Notes.pdf');
    expect(body).toContain(' (application/pdf, 123 kB)');
  });

  test('full: a body longer than a message is cut at a grapheme, in pieces of a section each', () => {
    const { blocks } = render({ style: 'full', text: '👩‍👩‍👧‍👦 협의. '.repeat(4000) });
    const pieces = blocks.flatMap(block => (block.type === 'section' ? [block.text?.text ?? ''] : []));
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.every(piece => piece.length <= LIMITS.section)).toBe(true);
    expect(pieces.at(-1)).toMatch(/(?:협의\.|👩‍👩‍👧‍👦|협의)…$/u);
    expect(pieces.join(' ')).not.toMatch(/\u200d(?:\s|…|$)/u);
  });

  test('a test is marked', () => {
    expect(render({ kind: 'test' }).text).toContain('\nTest · MOTIR');
  });

  test('a title too long for the header is shown whole below it', () => {
    const title = 'Long title '.repeat(30).trim();
    expect(kinds({ title }).slice(0, 2)).toEqual(['header', 'rich_text']);
    expect(JSON.stringify(render({ title }).blocks[1])).toContain(title);
  });

  test('where there is no official page there is no link', () => {
    for (const url of [null, 'javascript:alert(1)']) {
      expect(kinds({ url })).toEqual(['header', 'context', 'section', 'context', 'actions']);
      expect(JSON.stringify(render({ url }))).not.toMatch(/"Open"|"url"/);
    }
  });

  test('a date that is none is shown as it was given', () => {
    expect(render({ date: '2025-13-40' }).text).toContain('MOTIR · 2025-13-40 · ');
    expect(render({ date: null }).text).toContain('MOTIR · talks');
  });

  test('several subscriptions are each named with what held', () => {
    const why = [
      ...CARD.why,
      {
        subscription: 13,
        query: 'steel',
        createdBy: 'slack:U0ANA',
        clauses: [
          { clause: 'steel', evidence: Array.from({ length: 4 }, () => ({ where: 'body' as const, words: 'steel' })) },
        ],
      },
      { subscription: 14, query: '-AI', createdBy: 'cli', clauses: [] },
    ];
    expect(JSON.stringify(render({ why }).blocks)).toContain(
      'Why: country:fr (title) · #12 from the configuration\\nWhy: steel ×4 · #13 followed in chat\\nWhy: -AI · #14 from the command line',
    );
  });
});

describe('mentions', () => {
  test('only those of the subscription, in the notation of Slack, each once', () => {
    const body = render({
      mention: ['user:U0ANA', 'group:S0TRADE', 'here', 'user:U0ANA', 'role:123', 'user:U0<!channel>', 'channel'],
    });
    expect(mentionsOf({ blocks: body.blocks })).toEqual(['<@U0ANA>', '<!subteam^S0TRADE>', '<!here>']);
    expect(body.text.split('\n').at(-1)).toBe('<@U0ANA> <!subteam^S0TRADE> <!here>');
  });

  test('59. whatever the source says, nobody else is called', () => {
    fc.assert(
      fc.property(hostileCards, card => {
        const body = renderCard({ ...card, mention: ['user:U0ANA'] }, KEY) as unknown as Json;
        expect(refuseMessage(body)).toBeNull();
        expect(new Set(mentionsOf(body))).toEqual(new Set(['<@U0ANA>']));
      }),
      { numRuns: 150 },
    );
  });
});

describe.skipIf(!hasSlackData)('limits (need SHARED_DIR/data/slack)', () => {
  test('are those of the SDK of Slack for Python', () => {
    const sdk = JSON.parse(readFileSync(slackData('block-kit-limits-from-python-sdk.json') ?? '', 'utf8'));
    expect(LIMITS.header).toBe(sdk.HeaderBlock.text_max_length);
    expect(LIMITS.section).toBe(sdk.SectionBlock.text_max_length);
    expect(LIMITS.url).toBe(sdk.ButtonElement.url_max_length);
  });
});

describe('text', () => {
  test('security rule 7: escaping is undone by unescaping, and leaves no control character of Slack', () => {
    expect(escapeText('R&D <!channel> &lt;')).toBe('R&amp;D &lt;!channel&gt; &amp;lt;');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('&', '<', '>', 'amp;', 'lt;', 'x') }), text => {
        expect(unescapeText(escapeText(text))).toBe(text);
        expect(escapeText(text)).not.toMatch(/[<>]/);
      }),
    );
  });

  test('escapes within a length, cutting no more than needed and no entity', () => {
    expect(escapeWithin('&'.repeat(100), 51)).toBe(`${'&amp;'.repeat(10)}…`);
    expect(escapeWithin('abc', 3)).toBe('abc');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 6, max: 100 }), (text, most) => {
        const written = escapeWithin(text.replaceAll('a', '&'), most);
        expect(written.length).toBeLessThanOrEqual(most);
        expect(written.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
      }),
    );
  });

  test('divides at the largest seam that fits, and loses nothing but white space', () => {
    expect(divide('One. Two.\n\nThree.', 12)).toEqual(['One. Two.', 'Three.']);
    expect(divide('aaaa bbbb cccc', 10)).toEqual(['aaaa bbbb', 'cccc']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 20, max: 60 }), (text, most) => {
        const pieces = divide(text, most);
        expect(pieces.every(piece => piece.length <= most && piece.isWellFormed() === text.isWellFormed())).toBe(true);
        expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  test('divides a cluster longer than a piece between code points', () => {
    const pieces = divide(`e${'\u0301'.repeat(50)}${'😀'.repeat(50)}`, 15);
    expect(pieces.every(piece => piece.length <= 15 && piece.isWellFormed())).toBe(true);
  });

  test.each([
    ['https://a.example/?x=1|2', 'https://a.example/?x=1%7C2'],
    ['https://a.example/<b>', 'https://a.example/%3Cb%3E'],
    ['javascript:alert(1)', null],
    ['no address', null],
    [`https://a.example/${'a'.repeat(3000)}`, null],
  ])('%j as a link is %j', (url, written) => {
    expect(linkable(url)).toBe(written);
  });
});

describe('small parts', () => {
  const now = Temporal.Instant.from('2025-12-04T00:00:00Z');

  test.each([
    ['30', 30],
    ['0', 1],
    [' 7 ', 7],
    ['12.5', 13],
    ['1.5', 2],
    ['-5', 30],
    ['2001', 2001],
    ['Thu, 04 Dec 2025 00:01:00 GMT', 60],
    ['Thu, 04 Dec 2024 00:01:00 GMT', 1],
    ['999999999', 86_400],
    ['soon', 30],
    ['', 30],
    [null, 30],
  ])('Retry-After %j is %d seconds', (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });

  test('remembers an id for a while, and forgets the oldest when there are too many', () => {
    let at = now;
    const memory = createMemory(() => at, 600_000, 2);
    expect([memory.isNew('a'), memory.isNew('a')]).toEqual([true, false]);
    at = at.add({ minutes: 9 });
    expect([memory.isNew('a'), memory.isNew('b')]).toEqual([false, true]);
    at = at.add({ minutes: 2 });
    expect([memory.isNew('a'), memory.isNew('b')]).toEqual([true, false]);
    memory.isNew('c');
    memory.isNew('d');
    expect(memory.isNew('b')).toBe(true);
  });

  test('redacts tokens by their look and by their value', () => {
    const said =
      'xoxb-1-2-abc xapp-1-A-2-def xoxe.xoxp-1-ab my-own-secret wss://x.slack.com/link/?ticket=1 https://hooks.slack.com/commands/T/1/2 plain';
    expect(redact(said, ['my-own-secret', ''])).toBe(
      '[redacted] [redacted] [redacted] [redacted] [redacted] [redacted] plain',
    );
  });

  test('what the library says goes into a field, and its debug lines nowhere', () => {
    const log = recordLog();
    const logger = adaptLog(log, []);
    logger.debug('payload');
    logger.warn('odd', new Error('xoxb-1-2-abc'));
    expect(log.lines).toEqual([
      { level: 'warn', fields: { said: 'odd Error: [redacted]' }, message: 'the Slack library warns' },
    ]);
  });

  test('knows failures before anything was sent from those after', () => {
    const failed = (cause: object) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), cause) });
    expect(neverLeft(failed({ code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
    expect(neverLeft(failed({ code: 'ETIMEDOUT', syscall: 'connect' }))).toBe('ETIMEDOUT');
    expect(neverLeft(failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(neverLeft(failed({ code: 'ECONNRESET', syscall: 'read' }))).toBeNull();
    expect(neverLeft(failed({ code: 'ETIMEDOUT', syscall: 'read' }))).toBeNull();
    const each = (syscall: string) => Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall });
    expect(
      neverLeft(new TypeError('fetch failed', { cause: new AggregateError([each('connect'), each('connect')]) })),
    ).toBe('ETIMEDOUT');
    expect(
      neverLeft(new TypeError('fetch failed', { cause: new AggregateError([each('connect'), each('read')]) })),
    ).toBeNull();
    expect(neverLeft('no error')).toBeNull();
  });
});

test('the text of a note says which words went and which came, for those who cannot see them struck through', () => {
  const note = {
    kind: 'note' as const,
    title: 'Corrected 2025-12-04 14:20 KST: number changed',
    pieces: [
      { is: 'same' as const, words: 'a tariff of' },
      { is: 'gone' as const, words: '25' },
      { is: 'new' as const, words: '50' },
      { is: 'same' as const, words: 'percent' },
      { is: 'gone' as const, words: 'and a quota' },
    ],
  };
  expect(renderNote(note, KEY).text).toContain('a tariff of “25” is now “50” percent “and a quota” (removed)');
});
