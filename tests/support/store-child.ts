/**
 * A process of its own that works on a database until it is killed:
 * `store-child.ts lock PATH` holds the lock, `record PATH ROUNDS` records so many batches of FEW releases with their alerts,
 * `open PATH` brings the schema up to date, `backup PATH TO` copies.
 * Each line it writes is one JSON value.
 */

import { backUp } from '../../src/store/backup.ts';
import { StorageError } from '../../src/store/errors.ts';
import { takeLock } from '../../src/store/lock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite.ts';
import { alert, asks, batch, poll, release, T0 } from './store-samples.ts';

/** Releases of one batch. */
const FEW = 150;

const [task, path = '', rounds = '1'] = process.argv.slice(2);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (task === 'lock') {
  takeLock(path);
  say({ locked: process.pid });
  setInterval(() => {}, 60_000);
} else if (task === 'open') {
  openDatabase(path).close();
  say({ opened: path });
} else if (task === 'backup') {
  say({ backup: backUp(path, rounds).path });
} else {
  const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
  const { subscription } = await store.follow(asks('console'), T0);
  const faults: string[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const releases = Array.from({ length: FEW }, (_, at) => release(`${round}-${at}`));
    const read = batch(releases, {
      poll: poll(T0, { validators: { etag: `"${round}"`, lastModified: null, hash: null, reader: 'r' } }),
      deliveries: releases.map(one => alert(one, 'console', [subscription.id])),
      listed: releases.map(({ key, id }) => ({ key, release: id })),
    });
    say({ round });
    const again = async (error: unknown) => {
      if (!(error instanceof StorageError)) throw error;
      faults.push(error.fault);
      await store.record(read);
    };
    await store.record(read).catch(again);
  }
  say({ done: await store.count(), faults });
  await store.close();
}
