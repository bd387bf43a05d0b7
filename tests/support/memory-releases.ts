import type { Release } from '../../src/core/release.ts';
import type { Installation } from '../../src/ports/store.ts';
import type { Site } from '../../src/publish/site.ts';

export interface MemoryReleases {
  readonly store: Site['store'];
  /** Holds these from now on and raises the version, as one commit. */
  commit(releases: readonly Release[]): void;
}

/** A holder of releases for tests of what only reads: no rules, no writing, no order of its own. */
export function holdReleases(releases: readonly Release[], authority = 'harbor.example'): MemoryReleases {
  const installation: Installation = { id: 'i1', authority, year: 2025 };
  let held = { releases, version: 1 };
  return {
    store: {
      installation: async () => installation,
      version: async () => held.version,
      release: async id => held.releases.find(release => release.id === id) ?? null,
      releases: async ({ limit }) => held.releases.slice(0, limit),
    },
    commit(next) {
      held = { releases: next, version: held.version + 1 };
    },
  };
}
