import type { Content } from '../../src/core/card.ts';
import type { History, Outcome } from '../../src/core/delivery.ts';
import type { Channel, Message } from '../../src/ports/channel.ts';

/** What happens to a request to post. Times are seconds. */
export type Fate =
  /** Carried out at once; the answer takes so long. */
  | { readonly does: 'posts'; readonly takes: number }
  /** Its answer never comes; it is carried out so long after it left, or never (null). */
  | { readonly does: 'loses'; readonly late: number | null }
  /** Refused; nothing is posted. */
  | { readonly does: 'refuses'; readonly as: Refusal; readonly wait: number };

/** The same to change a message. `twice`: what is carried out late was carried out at once, too. */
export type EditRequest = (
  | Exclude<Fate, { does: 'loses' }>
  | (Extract<Fate, { does: 'loses' }> & { readonly twice: boolean })
) & { readonly turn: number };

export type Refusal = 'wait' | 'hold' | 'dead' | 'suspend' | 'down';

/** Before the request leaves, the channel may wait for its turn: so many seconds. */
export type Request = Fate & { readonly turn: number };

/** What a question for the platform's record comes to. */
export type Look = 'read' | 'wait' | 'down' | 'suspend';

/** When the platform tells a process the time: from the start, with its first answer, or never. */
export type Tells = 'at once' | 'with an answer' | 'never';

/** `keys`: knows a key again for two minutes. `record`: only shows what was posted. `mute`: cannot even be asked. */
export type Kind = 'keys' | 'record' | 'mute';

interface Shown {
  readonly to: string;
  readonly id: string;
  readonly key: string;
  readonly part: number;
  /** Of each release that it tells of the title and what became of it. */
  says: readonly string[];
  readonly at: number;
}

/** The platform forgets a key after so long. */
const FORGETS = 120_000;
/** A channel gives up waiting for an answer. */
const TIMEOUT = 10_000;
/** It would try to change a message again after so long. */
const AGAIN = 5_000;

/**
 * A platform in simulated time that carries out requests late, loses answers and refuses, by a script.
 * @param clock milliseconds: the true time, which is the platform's; a request lets it pass
 * @param ours what our own clock shows
 * @param during called while a request is on its way
 */
export function openModelPlatform(
  kind: Kind,
  clock: { now: number },
  ours: () => number,
  script: {
    readonly requests: readonly Request[];
    readonly edits: readonly EditRequest[];
    readonly looks: readonly Look[];
    readonly tells: Tells;
  },
  during: (message: Message) => Promise<void>,
) {
  const shown: Shown[] = [];
  const pending: { readonly at: number; readonly carryOut: () => unknown }[] = [];
  const requests = [...script.requests];
  const edits = [...script.edits];
  const looks = [...script.looks];
  const counts = { posts: 0, edits: 0, looks: 0 };
  /** Whether the process that runs has had an answer. */
  let answered = false;
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();

  function carryOut(to: string, { key, part, body }: Message, at: number): Shown {
    const known = shown.find(one => one.to === to && one.key === key && one.part === part && at - one.at < FORGETS);
    if (known && kind === 'keys') return known;
    const made = { to, id: `m${shown.length + 1}`, key, part, says: saysOf(body as Content), at };
    shown.push(made);
    return made;
  }

  /** Carries out what was to be by now, in its order. */
  function catchUp(until = clock.now): void {
    const due = pending.filter(({ at }) => at <= until).sort((one, two) => one.at - two.at);
    for (const one of due) {
      pending.splice(pending.indexOf(one), 1);
      one.carryOut();
    }
  }

  function refuse(as: Refusal, wait: number): Outcome {
    answered = true;
    const reason = `refused: ${as}`;
    return as === 'wait' ? { is: 'wait', at: instant(ours() + wait * 1000), reason } : { is: as, reason };
  }

  const channel: Pick<Channel, 'platform' | 'gap' | 'render' | 'send' | 'edit' | 'repeatable' | 'clock' | 'history'> = {
    platform: 'slack',
    gap: 0,
    render: content => content,
    async send({ channel: to }, message) {
      counts.posts++;
      const fate = requests.shift() ?? { does: 'posts', takes: 0, turn: 0 };
      clock.now += fate.turn * 1000;
      catchUp();
      if (fate.does === 'loses') {
        if (fate.late !== null) {
          const at = clock.now + fate.late * 1000;
          pending.push({ at, carryOut: () => carryOut(to, message, at) });
        }
        await during(message);
        clock.now += TIMEOUT;
        return { is: 'unsure', reason: 'the answer was lost' };
      }
      const outcome: Outcome =
        fate.does === 'posts'
          ? { is: 'sent', receipt: { channel: to, message: carryOut(to, message, clock.now).id } }
          : refuse(fate.as, fate.wait);
      await during(message);
      if (fate.does === 'posts') clock.now += fate.takes * 1000;
      answered = true;
      return outcome;
    },
    async edit({ channel: to }, receipt, message) {
      counts.edits++;
      const fate = edits.shift() ?? { does: 'posts', takes: 0, turn: 0 };
      clock.now += fate.turn * 1000;
      catchUp();
      const one = shown.find(({ id }) => id === receipt.message);
      if (one?.to !== to || one.key !== message.key)
        throw new Error(`there is no message ${receipt.message} to change`);
      const change = () => {
        one.says = saysOf(message.body as Content);
      };
      if (fate.does === 'loses') {
        if (fate.late !== null) pending.push({ at: clock.now + fate.late * 1000, carryOut: change });
        if (fate.twice) change();
        await during(message);
        clock.now += TIMEOUT;
        return { is: 'unsure', reason: 'the answer was lost', at: instant(ours() + AGAIN) };
      }
      if (fate.does === 'posts') change();
      await during(message);
      if (fate.does === 'refuses') return refuse(fate.as, fate.wait);
      clock.now += fate.takes * 1000;
      answered = true;
      return { is: 'sent', receipt };
    },
    repeatable: () => (kind === 'keys' ? FORGETS : 0),
    clock() {
      const tells = script.tells === 'at once' || (script.tells === 'with an answer' && answered);
      return tells ? Temporal.Instant.fromEpochMilliseconds(clock.now) : null;
    },
    async history({ channel: to }, since): Promise<History> {
      counts.looks++;
      answered = true;
      catchUp();
      if (kind === 'mute') return { is: 'hold', reason: 'it cannot be asked' };
      const look = looks.shift() ?? 'read';
      if (look === 'wait') return { is: 'wait', at: instant(ours() + 1000), reason: 'not now' };
      if (look !== 'read') return { is: look, reason: `asked in vain: ${look}` };
      const from = Date.parse(since);
      const messages = shown.filter(one => one.to === to && one.at >= from);
      return {
        is: 'read',
        messages: messages.map(({ key, part, id }) => ({ key, part, receipt: { channel: to, message: id } })),
      };
    },
  };
  return {
    channel: channel as Channel,
    shown,
    counts,
    /** Another process begins, which has had no answer. */
    restart() {
      answered = false;
    },
    settle: () => catchUp(Number.POSITIVE_INFINITY),
  };
}

function saysOf(content: Content): readonly string[] {
  if ('sections' in content) return content.sections.flatMap(({ lines }) => lines.map(says));
  return [says(content)];
}

const says = ({ title, correction }: { readonly title: string; readonly correction?: string }): string =>
  correction?.startsWith('Withdrawn') ? `${title}: withdrawn` : title;
