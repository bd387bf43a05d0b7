import { canonicalArticle } from './article-address.ts';
import { type BoardList, type BoardPage, parseBoardList, parseBoardPage } from './board-parse.ts';
import { profilesFor } from './board-profile.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { documentTrouble } from './html-page.ts';
import type { Parsed } from './text.ts';

/** Where a page of a board was found. */
export interface BoardPlace {
  readonly what: string;
  /** URL of the page; empty where nobody says. */
  readonly url: string;
  /** IANA zone of its days. */
  readonly zone: string;
  /** Name of its shape; null lets the page decide. */
  readonly profile: string | null;
}

/** Reads a list page. @throws {RangeError} where the markup nests deeper than any page */
export function readBoardList(html: string, { what, profile, ...at }: BoardPlace): BoardList | Unhealthy {
  return documentTrouble(html, what) ?? parseBoardList(html, { ...at, profiles: profilesFor(profile) });
}

/** Reads the page of an article. @throws {RangeError} where the markup nests deeper than any page */
export function readBoardPage(html: string, { what, profile, ...at }: BoardPlace): BoardPage | Unhealthy {
  return (
    documentTrouble(html, what) ??
    parseBoardPage(html, { ...at, profiles: profilesFor(profile) }) ??
    unhealthy('layout', `${what} is no article of such a board`)
  );
}

/** A saved list page, or a saved item page. @throws {RangeError} where the markup nests deeper than any page */
export function readBoard(html: string, at: BoardPlace): Parsed | Unhealthy {
  const list = readBoardList(html, at);
  if ('is' in list) return list;
  if (list.found) return { title: list.title, items: list.entries.map(({ item }) => item), rejected: list.rejected };
  const page = readBoardPage(html, at);
  if ('is' in page || page.title === null)
    return unhealthy('layout', `${at.what} is neither a list nor an article of such a board`);
  const url = at.url || null;
  const address = url === null ? null : canonicalArticle(url);
  const [code, id] = [page.code ?? address?.code, page.id ?? address?.number];
  const { title, text, html: body, date, attachments } = page;
  const item = {
    key: id && code ? `${code}-${id}` : (id ?? null),
    url,
    title,
    text,
    html: body,
    date,
    updated: null,
    author: null,
    categories: [],
    attachments,
  };
  return { title: list.title, items: [item], rejected: [] };
}
