import type { Release } from '../core/release.ts';
import type { Log } from '../ports/runtime.ts';
import type { Store } from '../ports/store.ts';
import type { Language } from './language.ts';

/** Read, classified and written at once: short enough that nothing else of the bot waits for it. */
const BATCH = { releases: 50, characters: 200_000 } as const;

/**
 * Classifies again a few of the recorded releases whose facets another vocabulary found. Only what they are about
 * changes: no revision, no alert, no new `updated` in feeds.
 * @returns how many there were; 0 where every release has the present vocabulary's facets
 */
export async function reclassify(
  { store, language, log }: { readonly store: Store; readonly language: Language; readonly log: Log },
  most: { readonly releases: number; readonly characters: number } = BATCH,
): Promise<number> {
  const { version } = language.vocabulary;
  const outdated = within(await store.outdated(version, most.releases), most.characters);
  if (outdated.length === 0) return 0;
  const changes = outdated.map(release => ({
    release: release.id,
    revision: release.revision,
    facets: language.classify(release),
  }));
  const changed = await store.reclassified(changes);
  log.info({ releases: changed, version }, 'classified again: rules or tables have changed');
  return outdated.length;
}

/** The first of them that together have at most so many characters; one at least. */
function within(releases: readonly Release[], characters: number): readonly Release[] {
  let room = characters;
  return releases.filter(({ text }, at) => {
    room -= text.length;
    return at === 0 || room >= 0;
  });
}
