/** What we ask of Discord about a channel: to post, to change, to take away, to read back. */
export type Act = 'post' | 'edit' | 'remove' | 'read';

export interface Rule {
  readonly is: 'suspend' | 'hold' | 'dead' | 'down' | 'wait' | 'minimal' | 'sent' | 'closed';
  /** For people: what happened and what to do about it. */
  readonly say: string;
}

/** What gwanbo needs where it posts; the order is that of the permission page. */
const NEEDED =
  'View Channel, Send Messages (in a thread: Send Messages in Threads, in a forum: both), Embed Links and Read Message History';

/** Names the environment variable, never its value. */
export const TOKEN_REFUSED = {
  what: 'DISCORD_TOKEN was refused: Discord does not know this token',
  fix: 'in the Discord Developer Portal open your application, Bot, Reset Token; set DISCORD_TOKEN to the new one and restart',
} as const;

export const SLOW: Rule = { is: 'wait', say: 'Discord asks to slow down' };
export const TOKEN: Rule = { is: 'down', say: TOKEN_REFUSED.what };
export const INVALID: Rule = { is: 'minimal', say: 'Discord refused the message as invalid' };
const overloaded: Rule = { is: 'wait', say: 'Discord cannot do this for now' };
const unreadableReply: Rule = {
  is: 'suspend',
  say: 'gwanbo may not reply in the channel: give it Read Message History there, then resume',
};
const unverified: Rule = {
  is: 'hold',
  say: "Discord wants the account of gwanbo's owner verified: do so in the Discord Developer Portal, then release it",
};
const FULL: Rule = { is: 'hold', say: 'the server has as many active threads as Discord allows; archive one' };
const filtered: Rule = { is: 'dead', say: "blocked by the server's AutoMod; allow gwanbo in Server Settings, AutoMod" };
/** A forum refuses a message so, too: there it has to open a post. */
export const WRONG_KIND: Rule = {
  is: 'hold',
  say: 'Discord takes no messages in this kind of channel; follow in a text channel, a forum or a thread',
};
export const GONE: Rule = {
  is: 'suspend',
  say: 'the channel was deleted in Discord; unfollow, or follow in another channel',
};
export const LOCKED: Rule = { is: 'suspend', say: 'the thread is locked; unlock it, then resume' };
// Where an archived thread is locked too, a message does not open it again.
export const STAYS_ARCHIVED: Rule = {
  is: 'suspend',
  say: 'the thread is archived and stays so; open it again, then resume',
};
export const ARCHIVED: Rule = { is: 'closed', say: 'the thread is archived: its messages cannot be changed' };

/** Discord's JSON error codes (documentation, "Opcodes and status codes"), each sorted once: what it means on posting. */
export const RULES: Readonly<Record<number, Rule>> = {
  10003: GONE,
  10004: { is: 'suspend', say: 'gwanbo is no longer in this Discord server; invite it again, then resume' },
  // Asked again with a nonce whose message a moderator has deleted meanwhile: it was posted, and never comes back.
  10008: { is: 'sent', say: 'posted, and deleted in Discord since' },
  10013: { is: 'suspend', say: 'Discord does not know this person (any more); unfollow, or follow elsewhere' },
  // Asked for again, the forum tells which tags it has now.
  10087: { is: 'wait', say: 'a tag of this forum was taken away while the post was made' },
  20009: { is: 'dead', say: "blocked by the server's filter of explicit content" },
  20016: SLOW,
  20022: SLOW,
  20028: SLOW,
  20029: SLOW,
  // Of messages older than an hour only so many edits are taken.
  30046: { is: 'closed', say: 'Discord takes no more changes of a message that is older than an hour' },
  40001: TOKEN,
  40002: unverified,
  40003: SLOW,
  40004: overloaded,
  40005: INVALID,
  40006: overloaded,
  40058: WRONG_KIND,
  40062: SLOW,
  40066: {
    is: 'hold',
    say: 'this forum demands a tag on each post, and only moderators may set those it has: add one that anybody may set, then release it',
  },
  40067: {
    is: 'hold',
    say: 'this forum demands a tag on each post: add one that fits, or allow posts without tags in its settings',
  },
  40333: { is: 'wait', say: 'the network in front of Discord refuses us for now' },
  50001: { is: 'suspend', say: 'gwanbo cannot see the channel: give it View Channel there, then resume' },
  50005: { is: 'dead', say: 'Discord says that this message is not one of ours' },
  50006: INVALID,
  50007: {
    is: 'suspend',
    say: 'this person takes no direct messages from gwanbo; allow them in the privacy settings, then resume',
  },
  50008: WRONG_KIND,
  50009: {
    is: 'hold',
    say: 'the verification level of the server keeps gwanbo out of the channel; give its role access, then release it',
  },
  50013: { is: 'suspend', say: `gwanbo lacks a permission in the channel: it needs ${NEEDED}; grant it, then resume` },
  50014: TOKEN,
  50024: WRONG_KIND,
  50035: INVALID,
  50083: STAYS_ARCHIVED,
  50109: INVALID,
  50178: unverified,
  50278: {
    is: 'suspend',
    say: 'gwanbo shares no server with this person any more; invite it to one of theirs, then resume',
  },
  // With a status of 5xx it may have been done all the same; that is judged by the status.
  60003: {
    is: 'hold',
    say: "the server asks for two-factor authentication: switch it on for the account of gwanbo's owner, then release it",
  },
  130000: overloaded,
  160002: unreadableReply,
  160005: LOCKED,
  160006: FULL,
  160007: FULL,
  160009: unreadableReply,
  200000: filtered,
  200001: filtered,
  240000: { is: 'dead', say: "blocked by Discord's filter of harmful links" },
};

/** Codes that mean something else where a message is changed or taken away; all others mean what they do on posting. */
export const CHANGING: Readonly<Record<number, Rule>> = {
  // A moderator was faster: people see nothing that would be wrong.
  10008: { is: 'sent', say: 'deleted in Discord since' },
  50083: ARCHIVED,
  160005: { is: 'closed', say: 'the thread is locked: its messages cannot be changed' },
};

/** Codes that mean something else where a channel is read. */
export const READING: Readonly<Record<number, Rule>> = {
  10008: { is: 'wait', say: 'Discord lost its place in the channel' },
  50013: { is: 'hold', say: 'gwanbo may not read what it posted; grant Read Message History there, then release it' },
};

/** What a code means for an act; undefined where nobody knows it. */
export function ruleOf(code: number, act: Act): Rule | undefined {
  const other = act === 'post' ? undefined : (act === 'read' ? READING : CHANGING)[code];
  return other ?? RULES[code];
}
