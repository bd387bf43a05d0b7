import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Content } from '../../src/core/card.ts';
import type { Outcome, Receipt } from '../../src/core/delivery.ts';
import type { Destination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { CARD, hostileCards, hostileNotes, hostileRoundups, KEY, NASTY, NOTE, ROUNDUP } from './channel-samples.ts';

/** A channel that speaks to a platform on loopback, and how to look at that platform. */
export interface ChannelRig {
  readonly channel: Channel;
  readonly destination: Destination;
  /** Messages that people see in the destination. */
  visible(): number;
  /** All that people read there. */
  reads(): string;
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
    /** Why nobody reads its bodies as a text. */
    readonly data?: { readonly because: string };
    /** Why it cannot be asked what was posted. */
    readonly unasked?: { readonly because: string };
    /** Why each message is a channel of its own, which has its id. */
    readonly opens?: { readonly because: string };
    /** Why posted messages cannot be taken away. */
    readonly kept?: { readonly because: string };
    /** Why posted messages cannot be changed. */
    readonly unchangeable?: { readonly because: string };
    /** Why nothing of it can be given up while it is under way. */
    readonly immediate?: { readonly because: string };
    /** What sending still does once it is closed. */
    readonly closed?: { readonly is: Outcome['is']; readonly because: string };
  };
  /** The platform hears the next post and never answers; absent where `immediate` says why. */
  readonly silence?: { arrange(): void /** How many posts it has heard. */; heard(): number };
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

    test.each([
      ['cards', hostileCards, 150],
      ['roundups', hostileRoundups, 50],
      ['notes', hostileNotes, 50],
    ] as const)('59. renders hostile %s within the limits, calling nobody', (_, contents, numRuns) => {
      fc.assert(
        fc.property(contents as fc.Arbitrary<Content>, content => {
          const body = rig.channel.render(content, KEY);
          expect(rig.refuses(body)).toBeNull();
          expect(rig.mentions(body)).toEqual([]);
        }),
        { numRuns },
      );
    });

    test('59. a roundup of everything that is nasty, sixty sections of it, fits and calls nobody', () => {
      const [line] = ROUNDUP.sections[0]?.lines ?? [];
      const sections = Array.from({ length: 60 }, (_, at) => ({
        heading: NASTY[at % NASTY.length] ?? null,
        lines: NASTY.map(text => ({
          ...line!,
          title: text,
          source: text,
          labels: [text],
          why: text,
          correction: text,
        })),
      }));
      const body = rig.channel.render({ ...ROUNDUP, title: NASTY.join(' '), sections }, KEY);
      expect(rig.refuses(body)).toBeNull();
      expect(rig.mentions(body)).toEqual([]);
    });

    test.each([
      ['card', CARD],
      ['roundup', ROUNDUP],
      ['note', NOTE],
    ] as const)('renders the same %s twice alike, as plain JSON', (_, content) => {
      const body = rig.channel.render(content, KEY);
      expect(rig.channel.render(content, KEY)).toEqual(body);
      expect(JSON.parse(JSON.stringify(body))).toEqual(body);
      expect(rig.refuses(body)).toBeNull();
    });

    test('says first what was corrected, in every style', () => {
      if (rig.differences?.data) return;
      const correction = 'Corrected 2025-12-04 14:20 KST: title changed';
      for (const style of ['card', 'compact', 'full'] as const) {
        const read = (rig.print ?? JSON.stringify)(rig.channel.render({ ...CARD, style, correction }, KEY));
        expect(read.indexOf(correction)).toBeGreaterThanOrEqual(0);
        expect(read.indexOf(correction)).toBeLessThan(read.indexOf(CARD.title));
      }
    });

    test('says of a replay which query it is for, however long its clauses are', () => {
      const evidence = [{ where: 'title' as const, words: 'steel' }];
      const clauses = [{ clause: '"steel"', evidence }, ...Array(40).fill({ clause: `"${'x'.repeat(60)}"`, evidence })];
      const replay = { query: 'country:ca "steel"', clauses };
      const body = rig.channel.render({ ...CARD, why: [], replay }, KEY);
      expect(rig.refuses(body)).toBeNull();
      const read = (rig.print ?? JSON.stringify)(body).replaceAll('\\', '');
      expect(read).toContain(rig.differences?.data ? '"query":"country:ca "steel""' : 'replay of country:ca "steel"');
      expect(read).toContain('"steel"');
    });

    test('a roundup has each release with its link, context and why, and counts what does not fit', () => {
      if (rig.differences?.data) return;
      const read = rig.print ?? JSON.stringify;
      const shown = read(rig.channel.render(ROUNDUP, KEY));
      for (const part of ['Daily digest, 4 Dec 2025', 'Steel', 'https://gov.example/news/2441', 'country:fr · #12'])
        expect(shown).toContain(part);
      for (const part of ['Exports Rose', 'MOTIR', '1 Dec 2025', 'talks', 'number changed'])
        expect(shown).toContain(part);
      expect(shown).not.toMatch(/and \d+ more/);
      const [section] = ROUNDUP.sections;
      const [line] = section?.lines ?? [];
      const lines = Array.from({ length: 300 }, (_, at) => ({ ...line!, title: `Release no. ${at}.` }));
      const body = rig.channel.render({ ...ROUNDUP, sections: [{ heading: 'Steel', lines }] }, KEY);
      expect(rig.refuses(body)).toBeNull();
      const told = read(body);
      const fit = lines.filter(({ title }) => told.includes(title)).length;
      if (rig.differences?.unchangeable) return expect(fit).toBe(300);
      expect(fit).toBeGreaterThan(10);
      const counts = [...told.matchAll(/and (\d+) more/g)].map(([, count]) => Number(count));
      expect(counts.length).toBeGreaterThan(0);
      for (const count of counts) expect(count).toBeLessThan(300);
      expect(Math.max(...lines.map(({ title }, at) => (told.includes(title) ? at : -1)))).toBe(
        299 - Math.min(...counts),
      );
    });

    test('a note has the words that changed and a little of what stayed', () => {
      if (rig.differences?.data) return;
      const shown = (rig.print ?? JSON.stringify)(rig.channel.render(NOTE, KEY));
      for (const part of [NOTE.title, 'Kim', 'Lee', '… k l m n the minister', 'met her counterpart'])
        expect(shown).toContain(part);
      expect(shown).not.toContain('i j k l');
    });

    test.each(['card', 'compact', 'full'] as const)('marks what comes late, and nothing else, in style %s', style => {
      if (rig.differences?.data) return;
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
      const { opens } = rig.differences ?? {};
      const { channel, message } = receiptOf(outcome);
      expect(channel, opens?.because).toBe(opens ? message : rig.destination.channel || rig.destination.id);
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
        const outcome = await rig.channel.send(rig.destination, { key: KEY, part: 0, body });
        expect(['dead', 'hold', 'suspend', 'unsure', 'wait', 'down']).toContain(outcome.is);
      }
      expect(rig.visible()).toBe(0);
    });

    test('finds in its own record what it has posted, and nothing else', async () => {
      const before = Temporal.Now.instant().toString();
      const { unasked } = rig.differences ?? {};
      const first = await send(rig);
      const found = await rig.channel.history(rig.destination, before);
      if (unasked) return expect(found, unasked.because).toMatchObject({ is: 'hold' });
      expect(found).toEqual({ is: 'read', messages: [{ key: KEY, part: 1, receipt: receiptOf(first) }] });
      const second = await send(rig, OTHER, 2);
      const both = await rig.channel.history(rig.destination, before);
      const parts = both.is === 'read' ? both.messages.map(({ key, part }) => `${key}-${part}`) : [];
      expect(parts.sort()).toEqual([`${KEY}-1`, `${OTHER}-2`]);
      expect(receiptOf(second)).not.toEqual(receiptOf(first));
      const later = Temporal.Now.instant().add({ minutes: 3 }).toString();
      expect(await rig.channel.history(rig.destination, later)).toEqual({ is: 'read', messages: [] });
    });

    test('finds what it posted and whose answer was lost', async () => {
      const lost = rig.faults.find(one => one.outcome === 'unsure' && one.visible === 1);
      if (rig.differences?.unasked) return expect(lost).toBeUndefined();
      const before = Temporal.Now.instant().toString();
      lost?.arrange();
      expect(await send(rig)).toMatchObject({ is: 'unsure' });
      expect(await rig.channel.history(rig.destination, before)).toMatchObject({
        is: 'read',
        messages: [{ key: KEY, part: 1 }],
      });
    });

    test('changes a posted message in its place, twice as well as once, and finds it still', async () => {
      const before = Temporal.Now.instant().toString();
      const receipt = receiptOf(await send(rig));
      const correction = 'Corrected 2025-12-04 14:20 KST: title changed';
      const body = rig.channel.render({ ...CARD, title: 'Another Title', correction }, KEY);
      for (let times = 0; times < 2; times++) {
        const edited = await rig.channel.edit(rig.destination, receipt, { key: KEY, part: 1, body });
        const { unchangeable } = rig.differences ?? {};
        if (unchangeable) return expect(edited, unchangeable.because).toMatchObject({ is: 'closed' });
        expect(edited).toEqual({ is: 'sent', receipt });
        expect(rig.visible()).toBe(1);
        expect(rig.reads()).toContain(correction);
        expect(rig.reads()).toContain('Another Title');
        expect(rig.reads()).not.toContain(CARD.title);
      }
      if (rig.differences?.unasked) return;
      expect(await rig.channel.history(rig.destination, before)).toMatchObject({
        messages: [{ key: KEY, part: 1, receipt }],
      });
    });

    test('takes a posted message away, twice as well as once; one that is gone counts as changed', async () => {
      const receipt = receiptOf(await send(rig));
      for (let times = 0; times < 2; times++) {
        const removed = await rig.channel.remove(rig.destination, receipt);
        const { kept } = rig.differences ?? {};
        if (kept) return expect(removed, kept.because).toMatchObject({ is: 'closed' });
        expect(removed).toEqual({ is: 'sent', receipt });
        expect(rig.visible()).toBe(0);
      }
      const body = rig.channel.render(CARD, KEY);
      expect(await rig.channel.edit(rig.destination, receipt, { key: KEY, part: 1, body })).toEqual({
        is: 'sent',
        receipt,
      });
      expect(rig.visible()).toBe(0);
    });

    test('posts a reply, which is found among the replies', async () => {
      const before = Temporal.Now.instant().toString();
      const replyTo = receiptOf(await send(rig));
      const note = { key: OTHER, part: 1, body: rig.channel.render(NOTE, OTHER), replyTo };
      const outcome = await rig.channel.send(rig.destination, note);
      expect(outcome).toMatchObject({ is: 'sent' });
      if (rig.differences?.unasked) return;
      expect(await rig.channel.history(rig.destination, before, replyTo)).toMatchObject({
        is: 'read',
        messages: expect.arrayContaining([{ key: OTHER, part: 1, receipt: receiptOf(outcome) }]),
      });
    });

    test('the same message again, within the time it names, is seen once', async () => {
      const first = await send(rig);
      if ((await rig.channel.repeatable(rig.destination)) === 0) return;
      expect(await send(rig)).toEqual(first);
      expect(rig.visible()).toBe(1);
    });

    test('changes nothing with a body that it never rendered', async () => {
      if (rig.differences?.unchangeable) return;
      const receipt = receiptOf(await send(rig));
      const before = rig.reads();
      for (const body of [null, 'text', 7, [], {}, { text: 7 }])
        expect((await rig.channel.edit(rig.destination, receipt, { key: KEY, part: 1, body })).is).toBe('dead');
      expect(rig.reads()).toBe(before);
    });

    test('does nothing that its caller has given up', async () => {
      const { immediate, unchangeable, kept } = rig.differences ?? {};
      if (immediate) return expect(rig.silence, immediate.because).toBeUndefined();
      const { channel, destination } = rig;
      const given = AbortSignal.abort();
      const since = Temporal.Now.instant().toString();
      const body = channel.render(CARD, KEY);
      expect((await channel.send(destination, { key: KEY, part: 1, body }, given)).is).toBe('wait');
      expect(rig.visible()).toBe(0);
      const receipt = receiptOf(await send(rig));
      const before = rig.reads();
      const other = { key: KEY, part: 1, body: channel.render({ ...CARD, title: 'Another Title' }, KEY) };
      expect((await channel.edit(destination, receipt, other, given)).is).toBe(unchangeable ? 'closed' : 'wait');
      expect((await channel.remove(destination, receipt, given)).is).toBe(kept ? 'closed' : 'wait');
      expect((await channel.history(destination, since, undefined, given)).is).not.toBe('read');
      expect(rig.reads()).toBe(before);
    });

    test('given up while the platform says nothing, it comes back with what nobody knows, and cuts the connection', async () => {
      const { silence } = rig;
      // One that has nothing to wait for says why.
      if (!silence) return expect(rig.differences?.immediate?.because).toMatch(/\w/);
      silence.arrange();
      const heard = silence.heard();
      const given = new AbortController();
      const body = rig.channel.render(CARD, KEY);
      const sending = rig.channel.send(rig.destination, { key: KEY, part: 1, body }, given.signal);
      while (silence.heard() === heard) await sleep(5);
      given.abort();
      const outcome = await sending;
      expect(outcome.is).toBe(rig.differences?.unasked ? 'wait' : 'unsure');
      // Its own patience would have ended it too, much later.
      expect(outcome).toMatchObject({ reason: expect.stringMatching(/AbortError|ABORT_ERR/) });
      expect(rig.visible()).toBe(0);
      expect((await send(rig)).is).toBe('sent');
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
      const receipt = { channel: rig.destination.channel, message: '1' };
      const since = Temporal.Now.instant().toString();
      expect((await rig.channel.history(rig.destination, since)).is).not.toBe('read');
      expect((await rig.channel.remove(rig.destination, receipt)).is).not.toBe('sent');
    });
  });
}

const OTHER = 'zzzzzzzzzz234567zzzz';

const send = (rig: ChannelRig, key = KEY, part = 1): Promise<Outcome> =>
  rig.channel.send(rig.destination, { key, part, body: rig.channel.render(CARD, key) });

function receiptOf(outcome: Outcome): Receipt {
  if (outcome.is !== 'sent') throw new Error(`it was not sent: ${outcome.reason}`);
  return outcome.receipt;
}
