import type { Content } from '../../core/card.ts';
import type { Edited, Outcome, Receipt } from '../../core/delivery.ts';
import type { Destination, Platform } from '../../core/destination.ts';
import type { Channel, ChannelStatus, Message } from '../../ports/channel.ts';
import { type ConsoleOptions, facts, jsonLine, print } from './console.ts';
import { printContent } from './console-text.ts';

type ChatPlatform = Exclude<Platform, 'console'>;

/** A chat platform whose messages are printed instead of posted. */
export interface PrintedOptions extends ConsoleOptions {
  readonly platform: ChatPlatform;
  /**
   * The platform's own content to body. What is frozen here may be sent by the real channel once there is a token, so it
   * has to be in that channel's form.
   */
  readonly render: Channel['render'];
  /** The line above a printed message; `destination` is its written form. */
  readonly heading: (destination: string) => string;
  /** What a program is told beside the facts of the alert. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly outcome: (message: Message) => Outcome;
  /** What changing or taking away a posted message comes to; done where it is absent. */
  readonly changed?: (receipt: Receipt) => Edited;
  /** Why nobody can be asked what was posted. */
  readonly unasked?: string;
  readonly status: ChannelStatus;
}

/** A chat platform without its token. */
export interface SafeOptions extends ConsoleOptions, Pick<PrintedOptions, 'platform' | 'render'> {
  /** The environment variable that is missing ("SLACK_BOT_TOKEN"). */
  readonly variable: string;
}

/** Between rendering and sending a content is kept for printing; a message that is never sent is forgotten after this many. */
const MOST_KEPT = 100;

/** Prints what would have been sent and holds the message, so that trying things out can never post anything. */
export function openSafe(options: SafeOptions): Channel {
  const { variable } = options;
  const reason = `safe mode: printed, not sent; set ${variable} to send`;
  return openPrinted({
    ...options,
    heading: destination => `would send to ${destination}:`,
    event: { event: 'held', reason },
    outcome: () => ({ is: 'hold', reason }),
    changed: () => ({ is: 'hold', reason }),
    unasked: `safe mode: without ${variable} it cannot be asked what was posted`,
    status: {
      state: 'safe',
      what: `${variable} is not set: messages are printed and held`,
      fix: `set ${variable}, then release what is held`,
    },
  });
}

/** Prints each message as people would read it, under a heading. */
export function openPrinted(options: PrintedOptions): Channel {
  const contents = new Map<string, Content>();
  const changed = options.changed ?? (receipt => ({ is: 'sent', receipt }) as const);
  const unasked = options.unasked ?? 'what is printed keeps no record that could be asked';

  /** Prints a message with the content that it was rendered from; what printing came to, null where that went well. */
  function show(heading: string, destination: Destination, message: Message, more: object = {}): Outcome | null {
    const content = contents.get(message.key) ?? null;
    contents.delete(message.key);
    const text = options.json
      ? jsonLine({ ...options.event, destination: destination.id, ...(content ? facts(content) : {}), ...more })
      : `${heading}\n${content ? printContent(content, options) : `message ${message.key}\n`}\n`;
    return print(options, text);
  }

  return {
    platform: options.platform,
    gap: 0,
    render(content, key) {
      const [oldest] = contents.keys();
      if (contents.size >= MOST_KEPT && oldest !== undefined) contents.delete(oldest);
      contents.set(key, content);
      return options.render(content, key);
    },
    async send(destination, message) {
      return show(options.heading(destination.id), destination, message) ?? options.outcome(message);
    },
    // Printing twice shows it twice.
    repeatable: () => 0,
    clock: () => null,
    history: async () => ({ is: 'hold', reason: unasked }),
    async edit(destination, receipt, message) {
      const heading = `${options.heading(destination.id)} (changes what was posted)`;
      const failed = show(heading, destination, message, { changes: receipt.message });
      return failed?.is === 'down' ? failed : changed(receipt);
    },
    remove: async (_, receipt) => changed(receipt),
    async listen() {},
    status: () => options.status,
    async close() {},
  };
}
