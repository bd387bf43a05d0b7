import type { Content } from '../../src/core/card.ts';
import type { Edited, History, Outcome, Receipt } from '../../src/core/delivery.ts';
import type { Channel, Message } from '../../src/ports/channel.ts';

/** A message as the platform shows it. */
export interface Shown {
  readonly id: string;
  readonly key: string;
  readonly part: number;
  body: unknown;
  readonly at: Temporal.Instant;
  readonly replyTo?: Receipt;
  edits: number;
}

/** What happens to the next requests, one each: the answer is lost before or after it was carried out, or is this one. `lost, late`: it is lost, and the request is carried out when the test says so. */
export type Fate = 'lost before' | 'lost after' | 'lost, late' | Outcome | Edited | 'closed';

/** A chat platform within the process: it shows what was posted, and knows a key again for a while where it has a window. */
export interface MemoryPlatform {
  readonly channel: Channel;
  readonly shown: Shown[];
  /** Requests to post, carried out or not. */
  readonly requests: Message[];
  /** What happens to the next requests to post or to change, in order; then all goes well. */
  readonly fates: Fate[];
  /** What the next questions for its record come to; then they are answered. */
  readonly answers: History[];
  /** Requests that are carried out late. */
  readonly late: (() => void)[];
  /** Called before a request leaves, when its turn has come. */
  turn: () => void;
  /** Titles in the order in which people see them. */
  titles(): readonly string[];
}

export function openPlatform(now: () => Temporal.Instant, { window = 0 } = {}): MemoryPlatform {
  const shown: Shown[] = [];
  const requests: Message[] = [];
  const fates: Fate[] = [];
  const answers: History[] = [];
  const receiptOf = ({ id }: Shown): Receipt => ({ channel: 'C0001', message: id });
  const lost: Outcome = { is: 'unsure', reason: 'the answer was lost' };

  function post({ key, part, body, replyTo }: Message): Receipt {
    const known = shown.find(
      one => one.key === key && one.part === part && now().since(one.at).total('milliseconds') <= window,
    );
    if (known && window > 0) return receiptOf(known);
    const message: Shown = {
      id: `m${shown.length + 1}`,
      key,
      part,
      body,
      at: now(),
      edits: 0,
      ...(replyTo && { replyTo }),
    };
    shown.push(message);
    return receiptOf(message);
  }

  const channel: Channel = {
    platform: 'slack',
    threaded: true,
    gap: 0,
    render: content => structuredClone(content),
    async send(_, message) {
      platform.turn();
      requests.push(message);
      const fate = fates.shift();
      if (fate === 'lost, late') platform.late.push(() => void post(message));
      if (fate === 'lost before' || fate === 'lost, late') return lost;
      if (fate !== undefined && typeof fate === 'object' && fate.is !== 'sent') return fate as Outcome;
      const receipt = post(message);
      return fate === 'lost after' ? lost : { is: 'sent', receipt };
    },
    repeatable: () => window,
    clock: now,
    async history(_, since, replyTo) {
      const answer = answers.shift();
      if (answer) return answer;
      const from = Temporal.Instant.from(since);
      const messages = shown
        .filter(one => Temporal.Instant.compare(one.at, from) >= 0 && one.replyTo?.message === replyTo?.message)
        .map(one => {
          const carries = keysOf(one.body as Content);
          return { key: one.key, part: one.part, receipt: receiptOf(one), ...(carries.length > 0 && { carries }) };
        });
      return { is: 'read', messages };
    },
    async edit(_, receipt, message) {
      const fate = fates.shift();
      if (fate === 'closed') return { is: 'closed', reason: 'the edit window has closed' };
      if (fate !== undefined && typeof fate === 'object') return fate as Edited;
      const one = shown.find(({ id }) => id === receipt.message);
      const change = () => void (one && Object.assign(one, { body: message.body, edits: one.edits + 1 }));
      if (fate === 'lost, late') platform.late.push(change);
      else if (fate !== 'lost before') change();
      return typeof fate === 'string' ? lost : { is: 'sent', receipt };
    },
    async remove(_, receipt) {
      const at = shown.findIndex(({ id }) => id === receipt.message);
      if (at >= 0) shown.splice(at, 1);
      return { is: 'sent', receipt };
    },
    async listen() {},
    status: () => ({ state: 'ready', what: null, fix: null }),
    async close() {},
  };
  const platform: MemoryPlatform = {
    late: [],
    turn: () => {},
    channel,
    shown,
    requests,
    fates,
    answers,
    titles: () => shown.flatMap(({ body }) => titlesOf(body as Content)),
  };
  return platform;
}

function titlesOf(content: Content): readonly string[] {
  if ('sections' in content) return content.sections.flatMap(({ lines }) => lines.map(line => line.title));
  return [content.title];
}

/** Of the alerts that it shows beside others. */
const keysOf = (content: Content): readonly string[] =>
  'sections' in content ? content.sections.flatMap(({ lines }) => lines.flatMap(line => line.key ?? [])) : [];
