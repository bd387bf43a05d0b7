import { BOARD_PROFILES, KOREAN_MINISTRY_HOSTS, MINISTRY_HOSTS } from './board-profile.ts';

/** What an article of the ministry is known by, however its address is written. */
export interface ArticleAddress {
  /** bbsCdN: "2" press releases, "1" photo news of the English site, "81" press releases of the Korean one. */
  readonly code: string;
  /** bbsSeqN. */
  readonly number: string;
}

/** The sites: they number for themselves, and each went by the older host name until October 2025. */
const SITES = [
  { hosts: MINISTRY_HOSTS, boards: BOARD_PROFILES.list.boards },
  { hosts: KOREAN_MINISTRY_HOSTS, boards: BOARD_PROFILES.table.boards },
] as const;

/** /eng/article/EATCLdfa319ada/1848/view, /kor/article/ATCL3f49a5a8c/172106/view */
const ARTICLE = /^\/(?:eng|kor)\/article\/(\w+)\/(\d+)\/view\/?$/;
/** /eng/14/topics/3/2441/view: the list mixes boards, the code is a parameter. */
const TOPIC = /^\/eng\/\d+\/topics\/\d+\/(\d+)\/view\/?$/;
/** The scheme until January 2024; the folder names the board, the number and mostly the code are parameters. */
const OLD = /^\/(?:en|motie)\/(.+)\/bbs\/bbsView\.do$/;
const OLD_FOLDERS: Readonly<Record<string, string>> = { 'pc/pressreleases': '2', 'pc/photonews': '1' };

/**
 * The board code and number of an article of the ministry, from any address that ever led to it: new or old host and
 * scheme, http or https, parameters in any order and beside others. Null where the address is no article of the
 * ministry's own sites, or does not say which: nothing is guessed.
 */
export function canonicalArticle(address: string): ArticleAddress | null {
  // Addresses that were copied out of a page's source carry its escapes.
  const url = URL.parse(address.trim().replaceAll('&amp;', '&'));
  const site = SITES.find(({ hosts }) => hosts.some(host => host === url?.host));
  if (!url || !site || !/^https?:$/.test(url.protocol)) return null;
  const path = url.pathname.replace(/;[^/]*$/, '');
  const said = (name: string) => wholeNumber(url.searchParams.get(name));

  const [, board, number] = ARTICLE.exec(path) ?? [];
  if (board && number) {
    const ofBoard = Object.entries<string>(site.boards).find(([, name]) => name === board)?.[0] ?? null;
    return agreed(ofBoard, said('bbsCdN'), wholeNumber(number));
  }
  const onTopic = TOPIC.exec(path)?.[1];
  if (onTopic) return agreed(null, said('bbsCdN'), wholeNumber(onTopic));
  const folder = OLD.exec(path)?.[1];
  if (folder) return agreed(OLD_FOLDERS[folder] ?? null, said('bbs_cd_n'), said('bbs_seq_n'));
  return null;
}

/** The key that an article has on its board, whatever its address looks like; null where the address is no article's. */
export function articleKey(address: string): string | null {
  const article = canonicalArticle(address);
  return article && `${article.code}-${article.number}`;
}

/** The code of the path and the code of the parameters, of which one is enough and two must be the same. */
function agreed(ofPath: string | null, ofQuery: string | null, number: string | null): ArticleAddress | null {
  const code = ofPath ?? ofQuery;
  if (code === null || number === null || (ofQuery !== null && ofQuery !== code)) return null;
  return { code, number };
}

function wholeNumber(text: string | null): string | null {
  return text !== null && /^\d{1,12}$/.test(text) ? String(Number(text)) : null;
}
