import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Backup, backUp, inspect, putBack } from '../store/backup.ts';
import { backupPath, backupsThere, listBackups } from '../store/backup-folder.ts';
import { takeLock } from '../store/lock.ts';
import { openDatabase } from '../store/sqlite.ts';
import { EXIT, type ExitCode, Trouble } from './errors.ts';
import { readSettings } from './house.ts';
import { hang } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** The commands that deal with the database as a file. */

/** `backup`: a checked copy, also beside a running bot. Without a name it lies with those that the bot makes by itself. */
export async function backup(to: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { environment, clock } = readSettings();
  const path = environment.databasePath;
  // A database that is missing is not made by looking at it.
  inspect(path);
  const made = backUp(path, to ?? backupPath(path, clock.now()));
  terminal.show({ ...made }, hang('', `${made.path}: ${contentOf(made)}, checked`, terminal.columns).join('\n'));
  return EXIT.ok;
}

/** What a restored database means for whoever is alerted. */
const ASKED =
  'what it owes is asked of each channel before it is sent; alerts of the first poll are held: gwanbo release-held';

/** `restore`: puts a backup in the place of the database and keeps what was there. Takes the lock. */
export async function restore(from: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { environment, clock } = readSettings();
  const path = environment.databasePath;
  const file = from ?? newestSound(listBackups(path, clock.now()));
  if (file === undefined)
    throw new Trouble('usage', 'there is no backup beside the database', { fix: 'name one: gwanbo restore FILE' });
  if (!existsSync(file))
    throw new Trouble('usage', `there is no file ${file}`, { fix: 'gwanbo verify lists the backups that there are' });
  if (resolve(file) === resolve(path))
    throw new Trouble('usage', 'this is the database itself', { fix: 'name a backup of it' });
  const lock = takeLock(path);
  try {
    const at = clock.now();
    const stamp = at.round('second').toString().replace(/[-:]/g, '');
    const before = putBack(file, path, at, `before-restore-${stamp}`);
    const now = inspect(path);
    const lines = [
      ...hang('', `restored ${resolve(file)}: ${contentOf(now)}`, terminal.columns),
      ...(before === null ? [] : hang('  ', `what was there before is now ${before}`, terminal.columns)),
      ...hang('  ', ASKED, terminal.columns),
    ];
    terminal.show({ restored: resolve(file), before, releases: now.releases }, lines.join('\n'));
    return EXIT.ok;
  } finally {
    lock.release();
  }
}

/** The first that can be put back; where none can, the first, which says why. */
function newestSound(backups: readonly string[]): string | undefined {
  const isSound = (file: string) => {
    try {
      return inspect(file) !== null;
    } catch {
      return false;
    }
  };
  return backups.find(isSound) ?? backups[0];
}

/** `migrate`: brings the schema up to date, which `start` does as well. Takes the lock. */
export async function migrate(terminal: Terminal): Promise<ExitCode> {
  const { environment } = readSettings();
  const lock = takeLock(environment.databasePath);
  try {
    const db = openDatabase(environment.databasePath);
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
    db.close();
    terminal.show({ schema: version }, `the schema is at version ${version}`);
    return EXIT.ok;
  } finally {
    lock.release();
  }
}

/**
 * `verify`: looks through the database and its backups, and changes nothing.
 * @param files in place of these
 */
export async function verify(files: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const path = readSettings().environment.databasePath;
  const missing = files.find(file => !existsSync(file));
  if (missing !== undefined)
    throw new Trouble('usage', `there is no file ${missing}`, {
      fix: 'gwanbo verify lists the backups that there are',
    });
  const problems: { readonly what: string; readonly fix: string }[] = [];
  const sound: string[] = [];
  for (const file of files.length > 0 ? files : [path, ...backupsThere(path)]) {
    try {
      sound.push(`${file}: ${contentOf(inspect(file))}`);
    } catch (error) {
      const fix =
        resolve(file) === resolve(path) ? 'gwanbo restore puts the newest sound backup back' : 'remove this backup';
      problems.push({ what: (error as Error).message, fix });
    }
  }
  const ok = problems.length === 0;
  const lines = [
    ...sound.flatMap(text => hang('sound   ', text, terminal.columns)),
    ...problems.flatMap(({ what, fix }) => [
      ...hang('broken  ', what, terminal.columns),
      ...hang('        ', fix, terminal.columns),
    ]),
  ];
  terminal.show({ ok, problems }, lines.join('\n'));
  return ok ? EXIT.ok : EXIT.storage;
}

const contentOf = ({ releases, bytes }: Backup): string =>
  `${releases} ${releases === 1 ? 'release' : 'releases'}, ${(bytes / 1_000_000).toFixed(1)} MB`;
