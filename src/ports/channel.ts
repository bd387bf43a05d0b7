import type { Card } from '../core/card.ts';
import type { Answer, Asker, Command } from '../core/command.ts';
import type { Outcome } from '../core/delivery.ts';
import type { Destination, Platform } from '../core/destination.ts';

/** A message frozen for sending: rendered once when claimed, sent unchanged however often it is tried. */
export interface Message {
  /** Message key: 20 base32 characters. With the part number it is the nonce, the metadata and the end of each custom_id. */
  readonly key: string;
  readonly part: number;
  /** What `render` gave, as plain JSON. */
  readonly body: unknown;
}

/** The commands of people in a chat platform: the app's one answer to them. */
export type Answerer = (command: Command, asker: Asker) => Promise<Answer>;

export interface Channel {
  readonly platform: Platform;
  /** The least time between two posts to one destination, milliseconds. */
  readonly gap: number;
  /** Card to the platform's own request body, within its limits. Pure; `key` is the message key that buttons carry. */
  render(card: Card, key: string): unknown;
  /** Posts one message. Never throws: whatever happens is an outcome. */
  send(destination: Destination, message: Message): Promise<Outcome>;
  /** Starts hearing commands. Resolves when connected or when it has given up for now; it goes on trying by itself. */
  listen(answer: Answerer): Promise<void>;
  /** What people should know about its state: connected or not, and what to mend. */
  status(): ChannelStatus;
  close(): Promise<void>;
}

export interface ChannelStatus {
  /** safe: no token, prints what it would send. down: the platform refused our token. */
  readonly state: 'ready' | 'safe' | 'connecting' | 'down';
  readonly what: string | null;
  readonly fix: string | null;
}
