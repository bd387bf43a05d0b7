import type { Content } from '../core/card.ts';
import type { Answer, Asker, Command } from '../core/command.ts';
import type { Edited, History, Outcome, Receipt } from '../core/delivery.ts';
import type { Destination, Platform } from '../core/destination.ts';

/** A message frozen for sending: rendered once when claimed, sent unchanged however often it is tried. */
export interface Message {
  /** Message key: 20 base32 characters. With the part number it is the nonce, the metadata and the end of each custom_id. */
  readonly key: string;
  readonly part: number;
  /** What `render` gave, as plain JSON. */
  readonly body: unknown;
  /** How often it was refused or not answered in a row before this time; 0 if absent. */
  readonly failures?: number;
  /** The posted message that this one replies to; absent for a message of its own. */
  readonly replyTo?: Receipt;
}

/** The commands of people in a chat platform: the app's one answer to them. */
export type Answerer = (command: Command, asker: Asker) => Promise<Answer>;

/** `signal` of what a channel is asked to do: aborted once its caller has given it up. Nothing of it leaves after that. */
export interface Channel {
  readonly platform: Platform;
  /** True where replies are shown apart from the channel: `history` gives them only where it is asked for the replies to a message. */
  readonly threaded?: true;
  /** The least time between two posts to one destination, milliseconds. */
  readonly gap: number;
  /** Content to the platform's own request body, within its limits. Pure; `key` is the message key that buttons carry. */
  render(content: Content, key: string): unknown;
  /** Posts one message. Never throws: whatever happens is an outcome. */
  send(destination: Destination, message: Message, signal?: AbortSignal): Promise<Outcome>;
  /** What the platform's clock shows, which no jump of ours moves; null where it has not told the time, or has none. */
  clock(): Temporal.Instant | null;
  /**
   * How long after its first request the same message may be sent again without people seeing it twice, milliseconds:
   * the platform then knows it by its key. 0 where a platform knows no such thing.
   */
  repeatable(destination: Destination): number | Promise<number>;
  /** Whether each alert there has a message of its own, however many wait; absent where several may share one. */
  apart?(destination: Destination): Promise<boolean>;
  /**
   * Our own messages that the platform shows in a destination since a time of its own clock (RFC 3339 UTC), or the replies
   * to one of them. Complete: what is not among them was not posted. Never throws.
   */
  history(destination: Destination, since: string, replyTo?: Receipt, signal?: AbortSignal): Promise<History>;
  /**
   * Gives a posted message another body; doing so twice changes nothing. One that is gone counts as changed, one that was
   * not answered is `unsure`.
   * Never throws.
   */
  edit(destination: Destination, receipt: Receipt, message: Message, signal?: AbortSignal): Promise<Edited>;
  /** Takes a posted message of ours away; one that is gone counts as taken. Never throws. */
  remove(destination: Destination, receipt: Receipt, signal?: AbortSignal): Promise<Edited>;
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
