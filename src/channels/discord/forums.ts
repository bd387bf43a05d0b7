import { WRONG_KIND } from './codes.ts';
import { objectOf, type Stopped, stopped } from './history.ts';
import type { Requests } from './requests.ts';

/** Kinds of channel where each message opens a post, a thread of its own: forum and media. */
const KINDS: ReadonlySet<number> = new Set([15, 16]);
/** Bit of a channel's flags: no post without a tag. */
const REQUIRE_TAG = 1 << 4;

/** What of a forum or media channel matters for posting there. */
export interface Forum {
  readonly channel: string;
  readonly guild: string;
  /** `moderated`: only who may manage threads can give it. */
  readonly tags: readonly { readonly id: string; readonly name: string; readonly moderated: boolean }[];
  readonly demandsTag: boolean;
}

export interface Forums {
  /** Whether a channel is one, as far as that is known without asking. */
  known(channel: string): boolean | null;
  /** The same, asked where it is not known; null where it cannot be told now. */
  is(channel: string): Promise<boolean | null>;
  /** As it is now, since people change its tags; null where it is none. */
  read(channel: string): Promise<Forum | null | Stopped>;
}

export const isForumKind = (kind: unknown): boolean => typeof kind === 'number' && KINDS.has(kind);

/** Whether a refusal means that a channel takes no messages, only posts. */
export const isWrongKind = (verdict: { readonly is: string; readonly reason?: string }): boolean =>
  verdict.is === 'hold' && verdict.reason === WRONG_KIND.say;

/** Which channels are forums: from the gateway while it is up, from REST otherwise. A forum never becomes anything else. */
export function createForums(requests: Pick<Requests, 'call'>, kindOf: (channel: string) => number | null): Forums {
  const told = new Map<string, boolean>();

  const known = (channel: string): boolean | null => {
    const kind = kindOf(channel);
    return kind === null ? (told.get(channel) ?? null) : isForumKind(kind);
  };

  async function read(channel: string): Promise<Forum | null | Stopped> {
    const called = await requests.call('read', channel, (rest, { Routes }, how) =>
      rest.get(Routes.channel(channel), { ...how }),
    );
    if (called.is !== 'answered') return stopped(called);
    const { type, guild_id: guild, available_tags: tags, flags } = objectOf(called.answer);
    if (typeof type !== 'number') return null;
    told.set(channel, isForumKind(type));
    if (!isForumKind(type) || typeof guild !== 'string') return null;
    return {
      channel,
      guild,
      tags: (Array.isArray(tags) ? tags : []).map(objectOf).map(tag => ({
        id: String(tag.id),
        name: String(tag.name),
        moderated: tag.moderated === true,
      })),
      demandsTag: (Number(flags ?? 0) & REQUIRE_TAG) !== 0,
    };
  }

  async function is(channel: string): Promise<boolean | null> {
    if (known(channel) === null) await read(channel);
    return known(channel);
  }

  return { known, is, read };
}
