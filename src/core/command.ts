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
  | { readonly verb: 'preview'; readonly query: string; readonly days: number | null }
  | { readonly verb: 'search'; readonly query: string }
  | { readonly verb: 'latest'; readonly query: string | null }
  /** `target` is the number of a subscription; without one all those of the channel are asked. */
  | { readonly verb: 'why'; readonly release: string; readonly target: number | null }
  | { readonly verb: 'show'; readonly release: string }
  | { readonly verb: 'pause'; readonly target: number }
  | { readonly verb: 'resume'; readonly target: number }
  | { readonly verb: 'help' };

/** Commands that change nothing: they are open to everyone. */
export const READS: ReadonlySet<Command['verb']> = new Set([
  'list',
  'preview',
  'search',
  'latest',
  'why',
  'show',
  'help',
]);

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
