import type { Attachment } from './item.ts';
import { cardLead } from './lead.ts';
import type { Figure, Release } from './release.ts';
import { type ReleaseShape, shapeOf } from './release-shape.ts';
import type { Piece } from './revision.ts';
import type { Style, Subscription } from './subscription.ts';
import { oneLine, truncate } from './text.ts';
import type { Turn } from './turns.ts';

/** An alert as every channel shows it: made once from a release, rendered by each channel for itself. Plain text throughout. */
export interface Card {
  readonly kind: 'alert' | 'test' | 'notice';
  /** Release id; of a notice the id of the incident that it tells of. */
  readonly release: string;
  readonly revision: number;
  readonly title: string;
  /** Official page, or null where the source gives none. */
  readonly url: string | null;
  /** Short name of the source ("MOTIR"). */
  readonly source: string;
  /** As published, YYYY-MM-DD, or null. */
  readonly date: string | null;
  /** Labels of the facets in the order they are shown ("talks", "Canada", "steel"). */
  readonly labels: readonly string[];
  /** Verbatim from the text, cut at a sentence end. */
  readonly lead: string;
  /** The figures that say most, verbatim, each on one line; absent where the release has none. */
  readonly figures?: readonly string[];
  /** The release itself, for receivers that are programs; absent of a notice. */
  readonly of?: ReleaseShape;
  /** The whole body; shown in style `full`. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** One line for each subscription that matched. */
  readonly why: readonly Why[];
  /** One line more where it is a replay; absent where it is none. */
  readonly replay?: Replay;
  readonly style: Style;
  readonly mention: readonly string[];
  /** "Corrected 2025-12-04 14:20 KST: Minister's name changed"; the first line of a message that was posted before. */
  readonly correction?: string;
  /** How many related releases are recorded; absent where nobody counted them. */
  readonly related?: number;
}

/**
 * Several releases in one message: a digest, or alerts that waited too long for a message each. Plain text throughout.
 * Lines that do not fit a platform's message are left out by its renderer, which then says how many.
 */
export interface Roundup {
  readonly kind: 'digest' | 'group';
  /** "Daily digest, 4 Dec 2025: 7 releases". */
  readonly title: string;
  readonly sections: readonly RoundupSection[];
  /** Where all of it can be read; null where there is no such page. */
  readonly url: string | null;
  readonly mention: readonly string[];
}

export interface RoundupSection {
  /** "Steel"; null for those without a heading. */
  readonly heading: string | null;
  readonly lines: readonly RoundupLine[];
}

/** A release within a roundup. */
export interface RoundupLine
  extends Pick<Card, 'release' | 'title' | 'url' | 'source' | 'date' | 'labels' | 'correction' | 'of'> {
  /** "country:ca · #12"; what of the subscriptions made it come. */
  readonly why: string;
  /** The key of its alert, by which the platform's own record tells that it was sent; absent where nothing is owed. */
  readonly key?: string;
}

/** A reply to a posted message that says what a correction changed, word by word. Plain text throughout. */
export interface Note {
  readonly kind: 'note';
  /** "Corrected 2025-12-04 14:20 KST: Minister's name changed". */
  readonly title: string;
  readonly pieces: readonly Piece[];
}

/** All that a channel can be asked to show. */
export type Content = Card | Roundup | Note;

const LATE = 'Late match: the text was corrected';

/** What every channel says below the title of an alert that comes late; null for all others. */
export const lateNote = (card: Pick<Card, 'why'>): string | null => (card.why.some(one => one.late) ? LATE : null);

/** Why an alert came: a subscription and the clauses of its query that held. */
export interface Why {
  readonly subscription: number;
  /** The query in normal form. */
  readonly query: string;
  readonly createdBy: string;
  readonly clauses: readonly Held[];
  /** The release did not match as it was first published: it does since its text was corrected. */
  readonly late?: true;
  /** Corrections since then with which it stopped to match, or matched again; absent where there was none. */
  readonly turns?: readonly Turn[];
}

/** A clause that held, with the places and the words of the release that made it hold. */
export interface Held {
  readonly clause: string;
  readonly evidence: readonly { readonly where: 'title' | 'lead' | 'body' | 'source'; readonly words: string }[];
}

/** Why an alert came that nobody who follows asked for: it was sent, or sent again, for a query. */
export type Replay = Pick<Why, 'query' | 'clauses'>;

/** More of a query says less. */
const LONGEST_QUERY = 100;

/** "replay of country:ca steel": what a channel names where it else names a subscription. */
export const replayOf = ({ query }: Replay): string => `replay of ${truncate(oneLine(query), LONGEST_QUERY)}`;

/** The most that a lead takes of a card: two or three sentences. */
const LEAD = 600;
/** From the shortest to the most that a message can hold; where subscriptions of one channel differ, the longest is shown. */
const BY_LENGTH: readonly Style[] = ['compact', 'card', 'full'];

/** What has to be known beside the release to show it. */
export interface CardContext {
  readonly kind: Card['kind'];
  /** Short name of the source. */
  readonly source: string;
  readonly why: readonly Why[];
  /** The subscriptions that matched: how they want it shown and whom to mention. */
  readonly subscriptions: readonly Pick<Subscription, 'style' | 'mention'>[];
  /** Labels of the release's facets, in the order they are shown. */
  readonly labels: readonly string[];
  /** See `Card`. */
  readonly correction?: string;
  /** See `Card`. */
  readonly replay?: Replay;
}

/** A release and the reasons why it came, as the one card that every channel renders. */
export function cardOf(release: Release, context: CardContext): Card {
  const styles = context.subscriptions.map(one => one.style);
  return {
    kind: context.kind,
    release: release.id,
    revision: release.revision,
    title: release.title,
    url: release.url,
    source: context.source,
    date: release.date,
    labels: context.labels,
    lead: cardLead(release.facets.lead, LEAD),
    ...figuresOf(release.facets.figures),
    of: shapeOf(release),
    text: release.text,
    attachments: release.attachments,
    why: context.why,
    style: BY_LENGTH.findLast(style => styles.includes(style)) ?? 'card',
    mention: [...new Set(context.subscriptions.flatMap(one => one.mention))],
    ...(context.correction === undefined ? {} : { correction: context.correction }),
    ...(context.replay === undefined ? {} : { replay: context.replay }),
  };
}

/** A glance holds no more; the release page has them all. */
const FIGURES = { most: 4, length: 80 } as const;

/** Money and percentages before what is counted, in the order of the text. */
function figuresOf(figures: readonly Figure[]): Pick<Card, 'figures'> {
  const short = figures.filter(({ words }) => words.length <= FIGURES.length);
  const counted = (figure: Figure) => figure.unit === 'count';
  const shown = [...short.filter(one => !counted(one)), ...short.filter(counted)].slice(0, FIGURES.most);
  return shown.length > 0 ? { figures: shown.map(({ words }) => oneLine(words)) } : {};
}

/** "Figures: USD 13.7 billion · 25 percent tariff"; empty where the release has none. */
export function figuresLine({ figures = [] }: Pick<Card, 'figures'>): string {
  return figures.length > 0 ? `Figures: ${figures.map(oneLine).join(' · ')}` : '';
}
