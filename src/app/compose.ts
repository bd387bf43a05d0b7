import { type Content, cardOf } from '../core/card.ts';
import { noticeCard } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import { roundupOf } from '../core/roundup.ts';
import type { Entry, NoticeWork, ReleaseWork } from '../ports/ledger.ts';

/** What messages are made with beside the record. */
export interface ComposeTools {
  /** Short name of a source, by its id. */
  readonly nameOf: (source: string) => string;
  /** Labels of a release's facets. */
  readonly labelsOf: (release: Release) => readonly string[];
  /** Where everything can be read; null where there is no such page. */
  readonly page: string | null;
}

/** What a piece of work says, for a channel to render. */
export function compose(work: ReleaseWork | NoticeWork, tools: ComposeTools): Content {
  if (work.is === 'notice') return noticeCard(work.incident, work.delivery.subject, tools.nameOf(work.incident.source));
  const [only, ...others] = work.entries;
  if (!only) throw new Error(`delivery ${work.delivery.id} carries no release`);
  if (others.length === 0) return cardOf(only.release, { kind: 'alert', ...contextOf(only, tools) });
  return roundupOf(
    work.entries.map(entry => ({ release: entry.release, ...contextOf(entry, tools) })),
    { kind: 'group', url: tools.page },
  );
}

function contextOf({ release, why, subscriptions }: Entry, { nameOf, labelsOf }: ComposeTools) {
  return { source: nameOf(release.source), why, subscriptions, labels: labelsOf(release) };
}
