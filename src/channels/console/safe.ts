import type { Card } from '../../core/card.ts';
import type { Outcome } from '../../core/delivery.ts';
import type { Platform } from '../../core/destination.ts';
import type { Channel, ChannelStatus, Message } from '../../ports/channel.ts';
import { type ConsoleOptions, facts, jsonLine, print } from './console.ts';
import { printCard } from './console-text.ts';

type ChatPlatform = Exclude<Platform, 'console'>;

/** A chat platform whose messages are printed instead of posted. */
export interface PrintedOptions extends ConsoleOptions {
  readonly platform: ChatPlatform;
  /**
   * The platform's own card to body. What is frozen here may be sent by the real channel once there is a token, so it
   * has to be in that channel's form.
   */
  readonly render: Channel['render'];
  /** The line above a printed message; `destination` is its written form. */
  readonly heading: (destination: string) => string;
  /** What a program is told beside the facts of the alert. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly outcome: (message: Message) => Outcome;
  readonly status: ChannelStatus;
}

/** A chat platform without its token. */
export interface SafeOptions extends ConsoleOptions, Pick<PrintedOptions, 'platform' | 'render'> {
  /** The environment variable that is missing ("SLACK_BOT_TOKEN"). */
  readonly variable: string;
}

/** Between rendering and sending a card is kept for printing; a message that is never sent is forgotten after this many. */
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
    status: {
      state: 'safe',
      what: `${variable} is not set: messages are printed and held`,
      fix: `set ${variable}, then release what is held`,
    },
  });
}

/** Prints each message as people would read it, under a heading. */
export function openPrinted(options: PrintedOptions): Channel {
  const cards = new Map<string, Card>();
  return {
    platform: options.platform,
    gap: 0,
    render(card, key) {
      const [oldest] = cards.keys();
      if (cards.size >= MOST_KEPT && oldest !== undefined) cards.delete(oldest);
      cards.set(key, card);
      return options.render(card, key);
    },
    async send(destination, message) {
      const card = cards.get(message.key) ?? null;
      cards.delete(message.key);
      const text = options.json
        ? jsonLine({ ...options.event, destination: destination.id, ...(card ? facts(card) : {}) })
        : `${options.heading(destination.id)}\n${card ? printCard(card, options) : `message ${message.key}\n`}\n`;
      return print(options, text) ?? options.outcome(message);
    },
    async listen() {},
    status: () => options.status,
    async close() {},
  };
}
