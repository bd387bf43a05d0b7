import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folder of data that comes with the task and is no part of the project. */
const SHARED_DIR = process.env.SHARED_DIR ?? resolve(import.meta.dirname, '../../../shared');

/** Path of a file of SHARED_DIR, null where it is absent (then the tests that read it are skipped). */
export function sharedFile(path: string): string | null {
  const file = resolve(SHARED_DIR, path);
  return existsSync(file) ? file : null;
}
