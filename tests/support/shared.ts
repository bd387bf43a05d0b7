import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folder of reference data that is no part of the project: listings, schemas, grammars, corpora. */
const SHARED_DIR = process.env.SHARED_DIR ?? resolve(import.meta.dirname, '../../../shared');

/** Path of a file of SHARED_DIR, null where it is absent (then the tests that read it are skipped). */
export function sharedFile(path: string): string | null {
  const file = resolve(SHARED_DIR, path);
  return existsSync(file) ? file : null;
}

/** Content of a file of SHARED_DIR, null where it is absent. */
export function sharedText(path: string): string | null {
  const file = sharedFile(path);
  return file === null ? null : readFileSync(file, 'utf8');
}
