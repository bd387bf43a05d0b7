import type { Content } from './card.ts';

/** What a button below a message asks for; the answer is for whoever pressed it. */
export const ACTIONS = ['why', 'related', 'history', 'mute'] as const;
export type Action = (typeof ACTIONS)[number];

/** A button of ours in a message of ours. */
export interface Button {
  readonly action: Action;
  readonly label: string;
}

/** A button's id as a platform gives it back: which message it belongs to, and what it asks. */
export interface ButtonId {
  readonly action: Action;
  /** Message key and part, as `Message` has them. */
  readonly key: string;
  readonly part: number;
}

/** The part of a message that needs no second one; its buttons carry the bare key. */
const FIRST_PART = 1;

/** "g1:why:abcdefghij234567abcd": distinct within a message, and what the message is recognized by in a history. */
export function buttonId({ action, key, part }: ButtonId): string {
  return part === FIRST_PART ? `g1:${action}:${key}` : `g1:${action}:${key}-${part}`;
}

/** Reads what `buttonId` wrote; null for any other text. */
export function readButtonId(text: string): ButtonId | null {
  const [, action, key, part] = /^g1:([a-z]+):([A-Za-z0-9]{1,60})(?:-(\d{1,4}))?$/.exec(text) ?? [];
  const known = ACTIONS.find(one => one === action);
  if (known === undefined || key === undefined) return null;
  return { action: known, key, part: part === undefined ? FIRST_PART : Number(part) };
}

/** The buttons that a content has beside the link to its page, at most four. */
export function buttonsOf(content: Content): readonly Button[] {
  const why: Button = { action: 'why', label: 'Why?' };
  const history: Button = { action: 'history', label: 'History' };
  const mute: Button = { action: 'mute', label: 'Mute here' };
  switch (content.kind) {
    case 'note':
      return [history];
    case 'notice':
      return [why];
    case 'digest':
    case 'group':
      return [why, mute];
    default: {
      if (content.style === 'compact') return [why];
      const { related } = content;
      if (related === 0) return [why, history, mute];
      return [
        why,
        { action: 'related', label: related === undefined ? 'Related' : `Related ${related}` },
        history,
        mute,
      ];
    }
  }
}
