import type { Attachment } from './item.ts';
import type { Style } from './subscription.ts';

/** An alert as every channel shows it: made once from a release, rendered by each channel for itself. Plain text throughout. */
export interface Card {
  readonly kind: 'alert' | 'test';
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
  /** The whole body; shown in style `full`. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** One line for each subscription that matched. */
  readonly why: readonly Why[];
  readonly style: Style;
  readonly mention: readonly string[];
}

/** Why an alert came: a subscription and the clauses of its query that held. */
export interface Why {
  readonly subscription: number;
  /** The query in normal form. */
  readonly query: string;
  readonly createdBy: string;
  readonly clauses: readonly Held[];
}

/** A clause that held, with the places and the words of the release that made it hold. */
export interface Held {
  readonly clause: string;
  readonly evidence: readonly { readonly where: 'title' | 'lead' | 'body' | 'source'; readonly words: string }[];
}
