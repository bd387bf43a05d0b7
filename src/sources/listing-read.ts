import { type Unhealthy, unhealthy } from './fault.ts';
import { documentTrouble } from './html-page.ts';
import { type ListingPlace, parseListing } from './listing-parse.ts';
import type { Parsed } from './text.ts';

/** Reads a page by selectors. @throws {RangeError} where the markup nests deeper than any page */
export function readListing(
  html: string,
  { what, ...at }: ListingPlace & { readonly what: string },
): Parsed | Unhealthy {
  const trouble = documentTrouble(html, what);
  if (trouble) return trouble;
  const parsed = parseListing(html, at);
  if (parsed.items.length > 0 || parsed.rejected.length > 0) return parsed;
  const page = parsed.title ? ` ("${parsed.title}")` : '';
  return unhealthy('layout', `nothing on ${what}${page} matches item "${at.select.item}"`);
}
