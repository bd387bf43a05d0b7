import { Worker } from 'node:worker_threads';
import type { Backup } from '../store/backup.ts';
import { backupPath, newestMadeAt, removeUnfinished, thinOut } from '../store/backup-folder.ts';
import { StorageError, type StorageFault } from '../store/errors.ts';
import type { Settings } from './house.ts';
import { isDue } from './spans.ts';

/** Every bot that runs keeps a week of backups, one a day: what is noticed within a week can be undone. */
const EVERY = Temporal.Duration.from({ hours: 24 });
const KEEP = 7;
/** A first backup waits for what a first start brings, and is nothing that a start should take longer for. */
const FIRST = Temporal.Duration.from({ minutes: 10 });
/** A backup that failed is tried again after this; the disk may be full or another one. */
const AGAIN = Temporal.Duration.from({ hours: 1 });

/** Whether it is time is looked up on the disk as often, not with every tick. */
const LOOK = Temporal.Duration.from({ minutes: 1 });

export interface Backups {
  /** Makes the backup of the day where it is time to; never throws, and never twice at once. */
  tick(): void;
  /** Resolves when the one that is being made has ended. */
  stop(): Promise<void>;
}

/** The backups that a running bot makes by itself, beside its database. */
export function startBackups({ environment, clock, log }: Pick<Settings, 'environment' | 'clock' | 'log'>): Backups {
  const path = environment.databasePath;
  const startedAt = clock.now().toString();
  let making: Promise<void> | null = null;
  let failedAt: string | undefined;
  let tidiedAt: string | undefined;

  function isTime(now: Temporal.Instant): boolean {
    if (!isDue(failedAt, AGAIN, now)) return false;
    const newest = newestMadeAt(path, now);
    return newest === null ? isDue(startedAt, FIRST, now) : isDue(newest.toString(), EVERY, now);
  }

  function tidy(now: Temporal.Instant): void {
    if (!isDue(tidiedAt, EVERY, now)) return;
    tidiedAt = now.toString();
    const files = removeUnfinished(path, now);
    if (files.length > 0) log.info({ files }, 'copies that an earlier process left unfinished were removed');
  }

  async function make(now: Temporal.Instant): Promise<void> {
    try {
      tidy(now);
      if (!isTime(now)) return;
      const backup = await copyAside(path, backupPath(path, now));
      thinOut(path, KEEP, now);
      failedAt = undefined;
      log.info({ path: backup.path, bytes: backup.bytes, releases: backup.releases }, 'a backup was made');
    } catch (error) {
      failedAt = now.toString();
      log.error({ error }, 'the daily backup failed');
    }
  }

  let askedAt: string | undefined;
  return {
    tick() {
      const now = clock.now();
      if (making !== null || !isDue(askedAt, LOOK, now)) return;
      askedAt = now.toString();
      making = make(now).finally(() => {
        making = null;
      });
    },
    async stop() {
      await making;
    },
  };
}

/** Copies in a thread of its own. @throws {StorageError} */
async function copyAside(path: string, to: string): Promise<Backup> {
  const file = import.meta.url.endsWith('.ts') ? '../store/backup-worker.ts' : '../store/backup-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { path, to }, execArgv: [] });
  type Said = { readonly backup: Backup } | { readonly fault: StorageFault; readonly message: string };
  const said = await new Promise<Said>((done, fail) => {
    worker.once('message', done).once('error', fail);
    worker.once('exit', () => fail(new Error('the thread that makes backups ended')));
  });
  if ('backup' in said) return said.backup;
  throw new StorageError(said.fault, to, new Error(said.message));
}
