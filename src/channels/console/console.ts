import type { Card } from '../../core/card.ts';
import type { Outcome } from '../../core/delivery.ts';
import type { Channel } from '../../ports/channel.ts';
import { type Look, printCard } from './console-text.ts';

/** Where alerts are printed, and how. */
export interface ConsoleOptions extends Look {
  /** Takes text with its line ends; what it throws becomes an outcome. */
  readonly write: (text: string) => void;
  /** One JSON object a line, for programs. */
  readonly json: boolean;
}

/** Alerts for whoever looks at the terminal, or for the program that reads stdout. */
export function openConsole(options: ConsoleOptions): Channel {
  return {
    platform: 'console',
    gap: 0,
    // The card itself: a message frozen for one terminal is laid out for the one it is printed to.
    render: card => card,
    async send(destination, message): Promise<Outcome> {
      if (!isCard(message.body)) return { is: 'dead', reason: 'The stored message is no card' };
      const card = message.body;
      const text = options.json
        ? jsonLine({ event: card.kind === 'notice' ? 'notice' : 'alert', destination: destination.id, ...facts(card) })
        : `${printCard(card, options)}\n`;
      return print(options, text) ?? { is: 'sent', receipt: { channel: destination.id, message: message.key } };
    },
    async listen() {},
    status: () => ({ state: 'ready', what: null, fix: null }),
    async close() {},
  };
}

/** Whether a frozen body is a card, whichever version of the bot froze it. */
function isCard(body: unknown): body is Card {
  if (typeof body !== 'object' || body === null) return false;
  const { release, title, lead, why, labels, mention } = body as Readonly<Record<string, unknown>>;
  return [release, title, lead].every(text => typeof text === 'string') && [why, labels, mention].every(Array.isArray);
}

/** What a program is told of an alert. The text of a source stays inside JSON strings, where it can do nothing. */
export function facts(card: Card): Readonly<Record<string, unknown>> {
  const { release, revision, kind, title, url, date, why } = card;
  if (kind === 'notice') return { incident: release, kind, title, text: card.lead };
  return { release, why, kind, revision, title, url, date };
}

/** One object as one line; a lone half of a character would make it no JSON that others read. */
export function jsonLine(object: object): string {
  const text = JSON.stringify(object, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
  // DEL, C1 controls and direction overrides are legal in JSON and act on a terminal all the same.
  const hidden = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
  return `${text.replace(hidden, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Prints, and says as an outcome where that failed: nothing was shown, so it is owed until there is a reader again. */
export function print(options: ConsoleOptions, text: string): Outcome | null {
  try {
    options.write(text);
    return null;
  } catch (error) {
    return { is: 'down', reason: `standard output refuses text (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  }
}
