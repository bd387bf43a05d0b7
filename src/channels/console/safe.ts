import type { Card } from '../../core/card.ts';
import type { Platform } from '../../core/destination.ts';
import type { Channel } from '../../ports/channel.ts';
import { type ConsoleOptions, facts, jsonLine, print } from './console.ts';
import { printCard } from './console-text.ts';

/** A chat platform without its token. */
export interface SafeOptions extends ConsoleOptions {
  readonly platform: Exclude<Platform, 'console'>;
  /** The environment variable that is missing ("SLACK_BOT_TOKEN"). */
  readonly variable: string;
  /**
   * The platform's own card to body. What is frozen here may be sent by the real channel once there is a token, so it
   * has to be in that channel's form.
   */
  readonly render: Channel['render'];
}

/** Between rendering and sending a card is kept for printing; a message that is never sent is forgotten after this many. */
const MOST_KEPT = 100;

/** Prints what would have been sent and holds the message, so that trying things out can never post anything. */
export function openSafe(options: SafeOptions): Channel {
  const { platform, variable } = options;
  const reason = `safe mode: printed, not sent; set ${variable} to send`;
  const cards = new Map<string, Card>();
  return {
    platform,
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
        ? jsonLine({ event: 'held', destination: destination.id, reason, ...(card ? facts(card) : {}) })
        : `would send to ${destination.id}:\n${card ? printCard(card, options) : `message ${message.key}\n`}\n`;
      return print(options, text) ?? { is: 'hold', reason };
    },
    async listen() {},
    status: () => ({
      state: 'safe',
      what: `${variable} is not set: messages for ${platform} are printed and held`,
      fix: `set ${variable}, then release what is held`,
    }),
    async close() {},
  };
}
