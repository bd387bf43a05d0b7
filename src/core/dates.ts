/** A date as a source printed it: a civil day, or an instant with its offset. */
export type PrintedDate = string;

/**
 * Reads a date of a source.
 * @param printed any form met in feeds and listings: RFC 3339, RFC 822, "2025-12-04", "2025.12.04", "Sep 01,2025", "... KST"
 * @param zone IANA zone in which a time without offset is meant; never the machine's
 * @returns RFC 3339 with offset, YYYY-MM-DD where no time is given, or null where it is no date that exists
 */
export declare function parseDate(printed: string, zone: string): PrintedDate | null;

/** The civil day (YYYY-MM-DD) of a read date in a zone. */
export declare function dayOf(date: PrintedDate, zone: string): string;

/** The instant (RFC 3339 UTC) of a read date, null where it is a day only. */
export declare function instantOf(date: PrintedDate): string | null;
