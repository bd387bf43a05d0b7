import { canaryCard } from '../core/canary.ts';
import { type Content, cardOf } from '../core/card.ts';
import { correctionLine, piecesOf } from '../core/correction.ts';
import { noticeCard } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import { digestOf, groupOf, type RoundupEntry } from '../core/roundup.ts';
import type { AllSettings } from '../core/settings.ts';
import type { Entry, NoteWork, NoticeWork, ReleaseWork, TestWork } from '../ports/ledger.ts';

/** What messages are made with beside the record. */
export interface ComposeTools {
  /** Short name of a source, by its id. */
  readonly nameOf: (source: string) => string;
  /** Labels of a release's facets. */
  readonly labelsOf: (release: Release) => readonly string[];
  /** What a digest puts a release under, its first topic; null for none. */
  readonly headingOf: (release: Release) => string | null;
  /** Whether a release meets a query in normal form. */
  readonly matches: (query: string, release: Release) => boolean;
  /** Where everything can be read; null where there is no such page. */
  readonly page: string | null;
}

/** What a piece of work says, for a channel to render. */
export function compose(work: ReleaseWork | TestWork | NoticeWork | NoteWork, tools: ComposeTools): Content {
  switch (work.is) {
    case 'test':
      return canaryCard(work.delivery.subject);
    case 'notice':
      return noticeCard(work.incident, tools.nameOf(work.incident.source));
    case 'note': {
      const [before, after] = work.versions;
      const title = correctionLine(work.correction, work.settings.zone);
      return { kind: 'note', title, pieces: before && after ? piecesOf(before, after) : [] };
    }
    case 'releases': {
      const entries = work.entries.map(entry => tell(entry, work.settings, tools));
      const [only, ...others] = entries;
      if (!only) throw new Error(`delivery ${work.delivery.id} carries no release`);
      const { kind, subject } = work.delivery;
      if (kind === 'digest') return digestOf(entries, { subject, url: tools.page, headingOf: tools.headingOf });
      // Nobody is called for a test.
      if (kind === 'test') return { ...cardOf(only.release, { ...only, kind }), mention: [] };
      if (others.length === 0) return cardOf(only.release, { kind: 'alert', ...only });
      return groupOf(entries, tools.page);
    }
  }
}

function tell(entry: Entry, { zone }: AllSettings, { nameOf, labelsOf, matches }: ComposeTools): RoundupEntry {
  const { release, why, subscriptions, correction } = entry;
  // Of one that went before anybody was told of it, that is said at once.
  const gone =
    release.state === 'withdrawn' ? ({ what: 'withdrawn', at: release.updated, changes: [] } as const) : null;
  const told = correction ?? gone;
  const unmatched = correction === null ? [] : why.filter(one => !matches(one.query, release));
  const lost = unmatched.map(one => one.subscription);
  return {
    release,
    key: entry.delivery.key,
    source: nameOf(release.source),
    why,
    subscriptions,
    labels: labelsOf(release),
    ...(entry.delivery.replay === undefined ? {} : { replay: entry.delivery.replay }),
    ...(told === null ? {} : { correction: correctionLine(told, zone, lost) }),
  };
}
