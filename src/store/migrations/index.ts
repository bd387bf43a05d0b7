import { first } from './0001-first.ts';
import { health } from './0002-health.ts';
import { vocabulary } from './0003-vocabulary.ts';
import { search } from './0004-search.ts';
import { addedSources } from './0005-added-sources.ts';
import { course } from './0006-course.ts';
import { keptPages } from './0007-kept-pages.ts';
import { ledger } from './0008-ledger.ts';
import { operations } from './0009-operations.ts';
import { rounds } from './0010-rounds.ts';
import { pauses } from './0011-pauses.ts';
import { failures } from './0012-failures.ts';
import { edits } from './0013-edits.ts';
import { dropping } from './0014-dropping.ts';
import { counts } from './0015-counts.ts';
import { there } from './0016-there.ts';
import { replays } from './0017-replays.ts';
import { waits } from './0018-waits.ts';

/** The schema's steps in order: the first one leads from nothing to version 1, and so on. A step that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  first,
  health,
  vocabulary,
  search,
  addedSources,
  course,
  keptPages,
  ledger,
  operations,
  rounds,
  pauses,
  failures,
  edits,
  dropping,
  counts,
  there,
  replays,
  waits,
];
