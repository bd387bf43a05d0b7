import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../src/core/card.ts';
import type { Outcome } from '../../src/core/delivery.ts';
import type { Destination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';

/** A channel that speaks to a platform on loopback, and how to look at that platform. */
export interface ChannelRig {
  readonly channel: Channel;
  readonly destination: Destination;
  /** Messages that people see in the destination. */
  visible(): number;
  /** What the platform would refuse in a body that `render` gave; null where it takes it. */
  refuses(body: unknown): string | null;
  /** What people read of a rendered body, where that is not in the body itself. */
  print?(body: unknown): string;
  /** Whom a rendered body would call. */
  mentions(body: unknown): readonly string[];
  /** Ways in which the platform fails the next post. `visible`: whether people see the message all the same. */
  readonly faults: readonly ChannelFault[];
  /** In what this channel is not like a platform over a network, and why. */
  readonly differences?: {
    /** The only ways of failing there are. */
    readonly failures?: { readonly only: readonly Outcome['is'][]; readonly because: string };
    /** What sending still does once it is closed. */
    readonly closed?: { readonly is: Outcome['is']; readonly because: string };
  };
  /** Connections the platform has open to the channel, beyond idle ones of the HTTP client. */
  connections(): number;
  close(): Promise<void>;
}

export interface ChannelFault {
  readonly name: string;
  arrange(): void;
  readonly outcome: Outcome['is'];
  readonly visible: number;
}

/** 20 base32 characters, as a message key is. */
export const KEY = 'abcdefghij234567abcd';

/** A plain card; the contract and the channels' own tests change what they are about. */
export const CARD: Card = {
  kind: 'alert',
  release: 'sample/2-2441',
  revision: 1,
  title: 'Korea and Freedonia Discuss Steel',
  url: 'https://gov.example/news/2441?a=1&b=2',
  source: 'MOTIR',
  date: '2025-12-01',
  labels: ['talks', 'Freedonia', 'steel'],
  lead: 'The minister met with her counterpart & spoke about steel.',
  text: 'The minister met with her counterpart & spoke about steel.\n\nThey will meet again.',
  attachments: [{ name: 'Notes.pdf', url: 'https://gov.example/notes.pdf', type: 'application/pdf', bytes: 123_456 }],
  why: [
    {
      subscription: 12,
      query: 'country:fr steel',
      createdBy: 'config',
      clauses: [{ clause: 'country:fr', evidence: [{ where: 'title', words: 'Freedonia' }] }],
    },
  ],
  style: 'card',
  mention: [],
};

const NASTY = [
  '@everyone @here @channel',
  '<!channel> <!here> <!everyone>',
  '<@U1> <@U0ANA|ana> <@&123456789> <@123456789>',
  '<!subteam^S0TRADE|@trade> <#C0TRADE|trade>',
  '[x](https://evil.example) <https://evil.example|gov.example> https://evil.example',
  '`code` ```block``` *bold* _it_ ~no~ > quote\n# head\n- list || spoiler ||',
  '&amp; &lt;!channel&gt; & < >',
  '👩‍👩‍👧‍👦👩🏽‍🚀🇰🇷'.repeat(40),
  '산업통상자원부는 철강 관세에 관하여 협의하였다. '.repeat(60),
  'x'.repeat(6001),
  'e\u0301\u0323'.repeat(2000),
  '\ud800 lone \udfff',
  'a\u0000b\u0007c\u202egnp.exe\u2066',
  '',
  ' \n\t ',
];

const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 400 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map(parts => parts.join(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

/** Cards with the worst that a source can list; the mentions are none, so nobody may be called. */
export const hostileCards: fc.Arbitrary<Card> = fc.record({
  kind: fc.constantFrom('alert' as const, 'test' as const),
  release: fc.constant('sample/2-2441'),
  revision: fc.nat(9),
  title: hostileText,
  url: fc.oneof(
    fc.constant(null),
    fc.webUrl(),
    fc.constantFrom('javascript:alert(1)', `https://e.example/${'a'.repeat(4000)}`, 'https://e.example/?a=<b>|c'),
  ),
  source: hostileText,
  date: fc.oneof(fc.constantFrom(null, '2025-12-01', '2025-13-40'), hostileText),
  labels: fc.array(hostileText, { maxLength: 30 }),
  figures: fc.array(hostileText, { maxLength: 6 }),
  lead: hostileText,
  text: fc.array(hostileText, { maxLength: 40 }).map(parts => parts.join('\n\n')),
  attachments: fc.array(
    fc.record({
      name: hostileText,
      url: fc.oneof(fc.webUrl(), fc.constant('file:///etc/passwd')),
      type: fc.oneof(fc.constant(null), hostileText),
      bytes: fc.oneof(fc.constant(null), fc.nat()),
    }),
    { maxLength: 15 },
  ),
  why: fc.array(
    fc.record({
      subscription: fc.nat(),
      query: hostileText,
      createdBy: fc.oneof(fc.constantFrom('config', 'cli', 'slack:U0ANA', 'discord:123456789'), hostileText),
      clauses: fc.array(
        fc.record({
          clause: hostileText,
          evidence: fc.array(
            fc.record({ where: fc.constantFrom('title' as const, 'body' as const), words: hostileText }),
            { maxLength: 3 },
          ),
        }),
        { maxLength: 5 },
      ),
    }),
    { maxLength: 8 },
  ),
  style: fc.constantFrom('card' as const, 'compact' as const, 'full' as const),
  mention: fc.constant([]),
});

/**
 * What every channel has to keep.
 * @param open gives a fresh rig for each test; `faults` must name at least a refusal, a wait and a lost answer, unless a
 *   difference says which there are
 */
export function channelContract(name: string, open: () => Promise<ChannelRig>): void {
  describe(`${name} keeps the channel contract`, () => {
    let rig: ChannelRig;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(async () => {
      await rig.channel.close();
      await rig.close();
    });

    test('renders hostile cards within the limits, calling nobody', () => {
      fc.assert(
        fc.property(hostileCards, card => {
          const body = rig.channel.render(card, KEY);
          expect(rig.refuses(body)).toBeNull();
          expect(rig.mentions(body)).toEqual([]);
        }),
        { numRuns: 150 },
      );
    });

    test('renders the same card twice alike, as plain JSON', () => {
      const body = rig.channel.render(CARD, KEY);
      expect(rig.channel.render(CARD, KEY)).toEqual(body);
      expect(JSON.parse(JSON.stringify(body))).toEqual(body);
    });

    test.each(['card', 'compact', 'full'] as const)('marks what comes late, and nothing else, in style %s', style => {
      const [why] = CARD.why;
      const late = { ...CARD, style, why: why ? [{ ...why, late: true as const }] : [] };
      const body = rig.channel.render(late, KEY);
      expect(rig.refuses(body)).toBeNull();
      const read = rig.print ?? JSON.stringify;
      expect(read(body)).toContain('Late match: the text was corrected');
      expect(read(rig.channel.render({ ...CARD, style }, KEY))).not.toContain('Late match');
    });

    test('sends a message and says where it is', async () => {
      const outcome = await send(rig);
      expect(outcome).toMatchObject({
        is: 'sent',
        receipt: { channel: rig.destination.channel || rig.destination.id },
      });
      expect(rig.visible()).toBe(1);
    });

    test('turns every way of failing into an outcome, and the next message is sent or waits', async () => {
      const kinds = new Set(rig.faults.map(fault => fault.outcome));
      const expected = rig.differences?.failures?.only ?? ['suspend', 'wait', 'unsure'];
      expect([...kinds]).toEqual(expect.arrayContaining([...expected]));
      for (const fault of rig.faults) {
        const fresh = await open();
        try {
          const same = fresh.faults.find(one => one.name === fault.name);
          same?.arrange();
          const outcome = await send(fresh);
          expect(outcome.is, fault.name).toBe(fault.outcome);
          expect(fresh.visible(), fault.name).toBe(fault.visible);
          if (outcome.is !== 'sent') expect(outcome.reason.length, fault.name).toBeGreaterThan(10);
        } finally {
          await fresh.channel.close();
          await fresh.close();
        }
      }
    });

    test('answers a body that it never rendered with an outcome', async () => {
      for (const body of [null, 'text', 7, [], {}, { text: 7 }]) {
        const outcome = await rig.channel.send(rig.destination, { key: KEY, part: 0, body, attempt: 1 });
        expect(['dead', 'hold', 'suspend', 'unsure', 'wait', 'down']).toContain(outcome.is);
      }
      expect(rig.visible()).toBe(0);
    });

    test('leaves nothing open when closed, twice or before it ever listened', async () => {
      await rig.channel.listen(async () => ({ ok: true, lines: [] }));
      await rig.channel.close();
      await rig.channel.close();
      for (let tries = 0; rig.connections() > 0 && tries < 100; tries++) await sleep(20);
      expect(rig.connections()).toBe(0);
      const { is } = await send(rig);
      if (rig.differences?.closed) return expect(is).toBe(rig.differences.closed.is);
      expect(is).not.toBe('sent');
      expect(rig.visible()).toBe(0);
    });
  });
}

const send = (rig: ChannelRig): Promise<Outcome> =>
  rig.channel.send(rig.destination, { key: KEY, part: 0, body: rig.channel.render(CARD, KEY), attempt: 1 });
