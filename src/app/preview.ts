import type { Query } from '../core/query.ts';
import type { Release } from '../core/release.ts';
import { type Volume, volumeOf } from '../core/volume.ts';
import { type ArchiveTools, matchesOf } from './archive.ts';
import type { Clock } from './clock.ts';

/** What a subscription to a query would have sent. */
export interface Preview extends Volume {
  readonly normal: string;
  /** How many days are looked at. */
  readonly days: number;
  /** The first day of which something is recorded, or the first of those days. */
  readonly from: string;
  /** The newest, newest first. */
  readonly latest: readonly Release[];
  readonly hints: readonly string[];
}

/** Two years: every season twice. */
export const PREVIEW_DAYS = 730;
/** A hundred years are more than any archive has. */
export const MOST_DAYS = 36_525;
const LATEST = 10;

/** Looks what a query would have brought in so many days until today. */
export async function preview(
  query: Query,
  days: number,
  tools: ArchiveTools & { readonly clock: Clock },
): Promise<Preview> {
  const { store, language, clock } = tools;
  const today = clock.now().toZonedDateTimeISO('UTC').toPlainDate().toString();
  const begin = Temporal.PlainDate.from(today).subtract({ days }).toString();
  const found = [];
  for await (const one of matchesOf(query, { from: begin }, tools)) found.push(one);
  const oldest = (await store.since()) ?? begin;
  // Of a time before the first release nothing is known: it would make the rate look small.
  const from = oldest > begin ? oldest : begin;
  const volume = volumeOf(
    found.map(({ day }) => day),
    from > today ? today : from,
    today,
  );
  return {
    normal: query.normal,
    days,
    from,
    ...volume,
    latest: await store.releasesOf(found.slice(0, LATEST).map(({ id }) => id)),
    hints: language.hints(query),
  };
}
