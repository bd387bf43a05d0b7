import type { Content } from '../../core/card.ts';
import type { Outcome } from '../../core/delivery.ts';
import type { Channel } from '../../ports/channel.ts';
import { type Look, printContent } from './console-text.ts';

/** Where alerts are printed, and how. */
export interface ConsoleOptions extends Look {
  /** Takes text with its line ends; what it throws becomes an outcome. */
  readonly write: (text: string) => void;
  /** One JSON object a line, for programs. */
  readonly json: boolean;
}

/** What a terminal cannot do: it keeps no record, and what it has shown stays as it is. */
const NO_RECORD = 'a terminal keeps no record that could be asked what it has shown';
const NO_CHANGE = 'what a terminal has shown cannot be changed';

/** Alerts for whoever looks at the terminal, or for the program that reads stdout. */
export function openConsole(options: ConsoleOptions): Channel {
  return {
    platform: 'console',
    gap: 0,
    // The content itself: a message frozen for one terminal is laid out for the one it is printed to.
    render: withoutRecords,
    async send(destination, message): Promise<Outcome> {
      if (!isContent(message.body)) return { is: 'dead', reason: 'The stored message is nothing that can be printed' };
      const content = message.body;
      const text = options.json
        ? jsonLine({ event: eventOf(content), destination: destination.id, ...facts(content) })
        : `${printContent(content, options)}\n`;
      return print(options, text) ?? { is: 'sent', receipt: { channel: destination.id, message: message.key } };
    },
    repeatable: () => 0,
    clock: () => null,
    history: async () => ({ is: 'hold', reason: NO_RECORD }),
    edit: async () => ({ is: 'closed', reason: NO_CHANGE }),
    remove: async () => ({ is: 'closed', reason: NO_CHANGE }),
    async listen() {},
    status: () => ({ state: 'ready', what: null, fix: null }),
    async close() {},
  };
}

/** The record of a release is kept once, with the release. */
function withoutRecords(content: Content): Content {
  if (content.kind === 'note') return content;
  if ('sections' in content) {
    const sections = content.sections.map(({ heading, lines }) => ({
      heading,
      lines: lines.map(({ of: _, ...line }) => line),
    }));
    return { ...content, sections };
  }
  const { of: _, ...card } = content;
  return card;
}

/** Whether a frozen body is a content, whichever version of the bot froze it. */
function isContent(body: unknown): body is Content {
  if (typeof body !== 'object' || body === null) return false;
  const { kind, release, title, lead, why, labels, mention, sections, pieces } = body as Readonly<
    Record<string, unknown>
  >;
  if (typeof title !== 'string') return false;
  if (kind === 'note') return Array.isArray(pieces);
  if (kind === 'digest' || kind === 'group') return Array.isArray(sections) && Array.isArray(mention);
  return [release, lead].every(text => typeof text === 'string') && [why, labels, mention].every(Array.isArray);
}

/** What happened, for a program. */
function eventOf({ kind }: Content): string {
  return kind === 'test' ? 'alert' : kind;
}

/** What a program is told of a message. The text of a source stays inside JSON strings, where it can do nothing. */
export function facts(content: Content): Readonly<Record<string, unknown>> {
  switch (content.kind) {
    case 'notice':
      return { incident: content.release, kind: content.kind, title: content.title, text: content.lead };
    case 'note':
      return { kind: content.kind, title: content.title, pieces: content.pieces };
    case 'digest':
    case 'group': {
      const { kind, title, url, sections } = content;
      return { kind, title, url, sections };
    }
    default: {
      const { release, revision, kind, title, url, date, why, replay, correction } = content;
      return {
        release,
        why,
        ...(replay !== undefined && { replay }),
        kind,
        revision,
        title,
        url,
        date,
        ...(correction !== undefined && { correction }),
      };
    }
  }
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
