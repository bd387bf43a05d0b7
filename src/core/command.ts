import type { Action } from './button.ts';
import type { Settings } from './settings.ts';
import type { Style } from './subscription.ts';

/** What a person asks of the bot in chat; the same on every platform. */
export type Command =
  | {
      readonly verb: 'follow';
      readonly query: string;
      readonly to: string | null;
      readonly style: Style;
      readonly mention: readonly string[];
      /** As it was typed, in the words of `parseWhen`; absent for at once. */
      readonly when?: string;
      readonly urgent?: boolean;
      /** How many of the latest matches are sent at once; absent for none. */
      readonly backfill?: number;
    }
  | { readonly verb: 'edit'; readonly target: number; readonly changes: Changes }
  /** The settings of the channel as they were typed; nothing shows them. */
  | { readonly verb: 'settings'; readonly changes: { readonly [Key in keyof Settings]?: string } }
  | { readonly verb: 'unfollow'; readonly target: number | 'all' }
  | { readonly verb: 'list' }
  | { readonly verb: 'preview'; readonly query: string; readonly days: number | null }
  | { readonly verb: 'search'; readonly query: string }
  | { readonly verb: 'latest'; readonly query: string | null }
  /** `target` is the number of a subscription; without one all those of the channel are asked. */
  | { readonly verb: 'why'; readonly release: string; readonly target: number | null }
  | { readonly verb: 'show'; readonly release: string }
  /** What can be asked for. */
  | { readonly verb: 'topics'; readonly list: (typeof LISTS)[number] }
  /** The addresses of a feed: of a query, or of a subscription by its number, or of everything. */
  | { readonly verb: 'feed'; readonly query: string | null; readonly target: number | null }
  | { readonly verb: 'status' }
  /** `for` as it was typed, in the words of `readPause`; absent until somebody resumes it. */
  | { readonly verb: 'pause'; readonly target: number; readonly for?: string }
  /** `target` is the number of a subscription; without one the channel is meant, where it is suspended. */
  | { readonly verb: 'resume'; readonly target: number | null }
  | SourceCommand
  /** `target` is the number of a subscription; without one the first of the channel is tested. */
  | { readonly verb: 'test'; readonly target: number | null }
  | { readonly verb: 'help' }
  /** A button of a posted message was pressed; `key` is the message key. */
  | { readonly verb: 'button'; readonly action: Action; readonly key: string };

/** The lists of what can be asked for. */
export const LISTS = ['topics', 'countries', 'agencies'] as const;

/** What is to change of a subscription; `when` as it was typed. */
export interface Changes {
  readonly query?: string;
  readonly when?: string;
  readonly urgent?: boolean;
  readonly style?: Style;
  /** In place of those before. */
  readonly mention?: readonly string[];
}

/** Of the sources that are watched. `target` is the name of a ready source or an address, as it was typed. */
export type SourceCommand = { readonly verb: 'source' } & (
  | { readonly action: 'list' | 'presets' }
  | { readonly action: 'add' | 'try'; readonly target: string }
  | { readonly action: 'remove'; readonly id: string }
);

const READS: ReadonlySet<Command['verb']> = new Set([
  'list',
  'preview',
  'search',
  'latest',
  'why',
  'show',
  'topics',
  'feed',
  'status',
  'help',
]);

/** Whether a command changes nothing and asks nobody else: it is open to everyone. */
export function isOpen(command: Command): boolean {
  if (command.verb === 'source') return command.action === 'list' || command.action === 'presets';
  if (command.verb === 'settings') return Object.keys(command.changes).length === 0;
  if (command.verb === 'button') return command.action !== 'mute';
  return READS.has(command.verb);
}

/** Who asks, and from where; filled by the channel, which has checked it with the platform. */
export interface Asker {
  /** "slack:U012" or "discord:123": what `createdBy` records. */
  readonly id: string;
  /** The destination the command was given in, in written form. */
  readonly here: string;
  /** Whether the platform lets this person change what is posted in the target channel, and if not, what is missing. */
  readonly mayChange: true | string;
  /**
   * Whether the platform calls this person a manager of the workspace or server, and if not, what is missing. Asked for
   * what concerns everyone, which is the sources; `mayChange` then says whether they belong there in full.
   */
  readonly manages?: true | string;
}

/** What the asker alone sees. Plain text: each channel escapes it for itself. */
export interface Answer {
  readonly ok: boolean;
  readonly lines: readonly string[];
}
