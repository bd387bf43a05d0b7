import type { Resource } from './resource.ts';

/** Thrown by a rendering that a reader asked for wrongly: passed on as it is, never answered from the cache. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** A page of its own that says so; null where the usual one does. */
  readonly page: string | null;

  constructor(message: string, page: string | null = null) {
    super(message);
    this.page = page;
  }
}

export interface Cache {
  /**
   * The resource of this key at the store's version, rendered once however many ask at the same time. Where the
   * store or the rendering fails, the last good one is given, since an old feed is better than none.
   * @returns null where the rendering says that there is no such thing
   */
  get(key: string, render: () => Promise<Resource | null>): Promise<Resource | null>;
}

interface Entry {
  readonly version: number;
  readonly rendering: Promise<Resource | null>;
  /** The last that was rendered whole; what is given while the store is in trouble. */
  readonly good: Resource | null;
}

/** Enough for the front page, every usual limit and some hundred releases; a crawler of the archive turns it over. */
const BUDGET = 64 * 1024 * 1024;

/**
 * Keeps rendered resources by the store's version, so that a document is old or new as a whole.
 * @param version the store's version, which grows with every committed change of releases
 * @param failed told of every failure that the cache covered with an old rendering
 * @param budget bytes kept at most, the longest unused go first
 */
export function createCache(version: () => Promise<number>, failed: (error: unknown) => void, budget = BUDGET): Cache {
  // A Map keeps insertion order: what is asked for again is put last, what comes first is the longest unused.
  const entries = new Map<string, Entry>();
  let kept = 0;

  function put(key: string, entry: Entry) {
    drop(key);
    entries.set(key, entry);
    kept += entry.good?.size ?? 0;
    for (const oldest of entries.keys()) {
      if (kept <= budget || oldest === key) break;
      drop(oldest);
    }
  }

  function drop(key: string) {
    kept -= entries.get(key)?.good?.size ?? 0;
    entries.delete(key);
  }

  function start(key: string, at: number, render: () => Promise<Resource | null>): Entry {
    const good = entries.get(key)?.good ?? null;
    const entry: Entry = { version: at, rendering: render(), good };
    put(key, entry);
    const settle = (next: Entry | null) => {
      // Another rendering may have taken the place while this one ran.
      if (entries.get(key) !== entry) return;
      if (next) put(key, next);
      else drop(key);
    };
    entry.rendering.then(
      resource => settle(resource && { ...entry, good: resource }),
      // A version that never existed makes the next reader try again.
      () => settle(good && { version: -1, rendering: Promise.resolve(good), good }),
    );
    return entry;
  }

  return {
    async get(key, render) {
      try {
        const now = await version();
        const known = entries.get(key);
        if (known && known.version >= now) {
          put(key, known);
          return await known.rendering;
        }
        return await start(key, now, render).rendering;
      } catch (error) {
        const good = error instanceof Refused ? null : (entries.get(key)?.good ?? null);
        if (good === null) throw error;
        failed(error);
        return good;
      }
    },
  };
}
