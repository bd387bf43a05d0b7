import { judgeAbsence } from '../core/absence.ts';
import type { Source } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';

/** Pages asked for after one poll: what is missing is no hurry, and the host is not ours. */
const MOST_ASKED = 3;

/** Asks for the pages of absent articles whose time has come, and withdraws what is gone twice, a day apart. */
export async function askAbsent(source: Source, store: Store, at: string, signal?: AbortSignal): Promise<void> {
  if (!source.look) return;
  for (const absence of await store.absences({ source: source.id, due: at, limit: MOST_ASKED })) {
    const answer = await source.look(absence.key, signal);
    if (signal?.aborted) return;
    await store.saveAnswer(absence, judgeAbsence(absence, answer, at), at);
  }
}
