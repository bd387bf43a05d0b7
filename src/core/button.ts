import type { Content } from './card.ts';

/** What a button below a message asks for; the answer is for whoever pressed it. */
export const ACTIONS = ['why', 'related', 'history', 'mute'] as const;
export type Action = (typeof ACTIONS)[number];

/** A button of ours in a message of ours. */
export interface Button {
  readonly action: Action;
  readonly label: string;
  /** Marks of the alerts that the message carries. */
  readonly carries?: readonly string[];
}

/** A button's id as a platform gives it back: which message it belongs to, and what it asks. */
export interface ButtonId {
  readonly action: Action;
  /** Message key and part, as `Message` has them. */
  readonly key: string;
  readonly part: number;
  /** Of a message that carries several alerts: by which letters their keys begin. */
  readonly carries?: readonly string[];
}

/** The part of a message that needs no second one; its buttons carry the bare key. */
const FIRST_PART = 1;

/**
 * Letters of a key that tell an alert from others of its channel (35 bits), and how many such marks a button holds: ids have
 * a hundred characters at most (Discord, "Component reference").
 */
const MARK = { letters: 7, most: 9 } as const;

/**
 * "g1:why:abcdefghij234567abcd": distinct within a message, and what the message is recognized by in a history. Behind
 * another colon are the marks of what the message carries.
 */
export function buttonId({ action, key, part, carries = [] }: ButtonId): string {
  const id = part === FIRST_PART ? `g1:${action}:${key}` : `g1:${action}:${key}-${part}`;
  return carries.length === 0 ? id : `${id}:${marksText(carries)}`;
}

/** Reads what `buttonId` wrote; null for any other text. */
export function readButtonId(text: string): ButtonId | null {
  const [, action, key, part, marks = ''] =
    /^g1:([a-z]+):([A-Za-z0-9]{1,60})(?:-(\d{1,4}))?(?::((?:[a-z2-7]{7})+))?$/.exec(text) ?? [];
  const known = ACTIONS.find(one => one === action);
  if (known === undefined || key === undefined) return null;
  const carries = readMarks(marks);
  return {
    action: known,
    key,
    part: part === undefined ? FIRST_PART : Number(part),
    ...(carries.length > 0 && { carries }),
  };
}

/** Marks of a message that carries several alerts, as one text. */
export const marksText = (carries: readonly string[]): string => carries.join('');

/** Reads what `marksText` wrote; none in any other text. */
export function readMarks(text: string): readonly string[] {
  return /^(?:[a-z2-7]{7})*$/.test(text) ? (text.match(new RegExp(`.{${MARK.letters}}`, 'g')) ?? []) : [];
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
    case 'group': {
      const marks = content.sections.flatMap(({ lines }) =>
        lines.flatMap(({ key }) => key?.slice(0, MARK.letters) ?? []),
      );
      return [
        { ...why, carries: marks.slice(0, MARK.most) },
        { ...mute, carries: marks.slice(MARK.most, 2 * MARK.most) },
      ];
    }
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
