import { closeSync, existsSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** Backups that a bot makes by itself lie in this folder, beside the database. */
const backupFolder = (path: string): string => join(dirname(resolve(path)), 'backups');

/** What SQLite keeps beside a database, and copies that are not whole. */
const SIDE = /(?:-journal|-wal|-shm|\.unfinished)$/;

/** A name has whole seconds, and clocks differ a little from one process to the next. */
const TOLERANCE = Temporal.Duration.from({ minutes: 1 });

/** The name of the backup of a moment: "gwanbo-20261128T024500Z.db". */
export function backupPath(path: string, at: Temporal.Instant): string {
  const stamp = at.round('second').toString().replace(/[-:]/g, '');
  const end = extname(path);
  return join(backupFolder(path), `${basename(path, end)}-${stamp}${end}`);
}

/**
 * The backups that a bot has made of a database, the newest first. One that is dated later than now was made while the
 * clock was ahead: nobody knows when, so that it comes after all others.
 */
export function listBackups(path: string, now: Temporal.Instant): readonly string[] {
  const end = extname(path);
  const name = basename(path, end).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const form = new RegExp(`^${name}-\\d{8}T\\d{6}Z${end.replace('.', '\\.')}$`);
  const files = namesIn(backupFolder(path))
    .filter(file => form.test(file) && madeAt(file) !== null)
    .sort()
    .reverse()
    .map(file => join(backupFolder(path), file));
  return [...files.filter(file => !isAhead(file, now)), ...files.filter(file => isAhead(file, now))];
}

/** Every backup in the folder, also those that people named themselves: by its ending, or because it is a database. */
export function backupsThere(path: string): readonly string[] {
  return namesIn(backupFolder(path))
    .map(name => join(backupFolder(path), name))
    .filter(
      file => !SIDE.test(file) && statSync(file).isFile() && (extname(file) === extname(path) || isDatabase(file)),
    )
    .sort()
    .reverse();
}

/** The first bytes of every SQLite database (sqlite.org/fileformat.html, section 1.3). */
const MAGIC = Buffer.from('SQLite format 3\0');

function isDatabase(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(MAGIC.length);
    return readSync(fd, head) === MAGIC.length && head.equals(MAGIC);
  } finally {
    closeSync(fd);
  }
}

/** When the newest backup was made of which that is known; null where there is none. */
export function newestMadeAt(path: string, now: Temporal.Instant): Temporal.Instant | null {
  const [newest] = listBackups(path, now);
  return newest === undefined || isAhead(newest, now) ? null : madeAt(newest);
}

/** Removes all but the newest so many backups that a bot has made. @returns those that went */
export function thinOut(path: string, keep: number, now: Temporal.Instant): readonly string[] {
  const old = listBackups(path, now).slice(keep);
  for (const file of old) rmSync(file, { force: true });
  return old;
}

/** A copy that is being made is written to all the time: one that was not for so long was left by a process that was killed. */
const LEFT = 24 * 3_600_000;

/** What a copy is called until it is whole, with what SQLite keeps beside it. */
const UNFINISHED = /\.unfinished(?:-journal|-wal|-shm|\.before-\d+)?$/;

/**
 * Removes the copies that killed processes left half made, in the folder of the backups and beside the database. By the
 * times of the file system, which may be wrong in either direction.
 * @returns those that went
 */
export function removeUnfinished(path: string, now: Temporal.Instant): readonly string[] {
  const beside = dirname(resolve(path));
  const mine = `${basename(path)}.`;
  const gone = [
    ...namesIn(backupFolder(path)).map(name => join(backupFolder(path), name)),
    ...namesIn(beside)
      .filter(name => name.startsWith(mine))
      .map(name => join(beside, name)),
  ].filter(file => UNFINISHED.test(file) && isLeft(file, now));
  for (const file of gone) rmSync(file, { force: true });
  return gone;
}

function isLeft(file: string, now: Temporal.Instant): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && Math.abs(now.epochMilliseconds - found.mtimeMs) > LEFT;
}

/** When a backup was made, as its name says; null for a name that says no time. */
function madeAt(backup: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(/(\d{8}T\d{6}Z)[^/]*$/.exec(backup)?.[1] ?? '');
  } catch {
    return null;
  }
}

function isAhead(backup: string, now: Temporal.Instant): boolean {
  const at = madeAt(backup);
  return at !== null && Temporal.Instant.compare(at, now.add(TOLERANCE)) > 0;
}

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
