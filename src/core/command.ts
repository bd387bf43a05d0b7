import type { Style } from './subscription.ts';

/** What a person asks of the bot in chat; the same on every platform. */
export type Command =
  | {
      readonly verb: 'follow';
      readonly query: string;
      readonly to: string | null;
      readonly style: Style;
      readonly mention: readonly string[];
    }
  | { readonly verb: 'unfollow'; readonly target: number | 'all' }
  | { readonly verb: 'list' }
  | { readonly verb: 'pause'; readonly target: number }
  | { readonly verb: 'resume'; readonly target: number }
  | { readonly verb: 'help' };

/** Who asks, and from where; filled by the channel, which has checked it with the platform. */
export interface Asker {
  /** "slack:U012" or "discord:123": what `createdBy` records. */
  readonly id: string;
  /** The destination the command was given in, in written form. */
  readonly here: string;
  /** Whether the platform lets this person change what is posted in the target channel, and if not, what is missing. */
  readonly mayChange: true | string;
}

/** What the asker alone sees. Plain text: each channel escapes it for itself. */
export interface Answer {
  readonly ok: boolean;
  readonly lines: readonly string[];
}
