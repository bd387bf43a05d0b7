/** A file that belongs to an item, as the source names it. */
export interface Attachment {
  readonly name: string;
  /** Absolute URL. */
  readonly url: string;
  /** Media type ("application/pdf"), null where the source does not say. */
  readonly type: string | null;
  /** Size in bytes, null where the source does not say. */
  readonly bytes: number | null;
}

/**
 * What a source lists, as read. Every reader (board, feed, listing, text) ends here, and nothing after
 * `normalize` knows which of them it was.
 */
export interface Item {
  /** The source's own key ("2-2441" on the ministry's boards, a feed's id); null where it gives none. */
  readonly key: string | null;
  /** Absolute URL of the official page, null where the source gives none. */
  readonly url: string | null;
  /** Plain text, one line. */
  readonly title: string;
  /** Plain text of the whole body, paragraphs separated by a blank line where the source marks them. */
  readonly text: string;
  /** Sanitized, absolute HTML of the body; null where the source gives plain text only. */
  readonly html: string | null;
  /** RFC 3339 with offset, or YYYY-MM-DD where no time is given; null where there is none or it cannot be read. */
  readonly date: string | null;
  /** When the source says it changed the item; same form as `date`. */
  readonly updated: string | null;
  readonly author: string | null;
  /** The source's own labels, in its spelling. */
  readonly categories: readonly string[];
  readonly attachments: readonly Attachment[];
}
