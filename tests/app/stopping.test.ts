import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startDaemon } from '../../src/app/daemon.ts';
import { openTerminal } from '../../src/app/terminal.ts';
import { openPrinted } from '../../src/channels/console/safe.ts';
import { isLocked } from '../../src/store/lock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openFolder, settingsOf, until } from '../support/bot.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const HERE = 'slack:C0001';

/** A bot that owes forty alerts to one channel and takes a moment for each; `close` is what its channel does at the end. */
async function owing(close: () => Promise<void> = async () => {}) {
  const folder = openFolder();
  closers.push(folder.remove);
  const listing = join(folder.path, 'listing.txt');
  const config = { sources: [{ id: 'motir', kind: 'text', url: listing, every: '1h' }] };
  const settings = settingsOf(config, { DATABASE_URL: folder.database });
  const at = settings.clock.now().toString();
  const store = await openStore(folder.database, { authority: 'x.example', now: at });
  const { subscription } = await store.follow(asks(HERE, { createdBy: 'cli' }), at);
  const releases = Array.from({ length: 40 }, (_, i) => release(`${i}`));
  await store.record(batch(releases, { deliveries: releases.map(one => alert(one, HERE, [subscription.id])) }));
  await store.close();
  let sent = 0;
  const terminal = openTerminal({ write: () => {} }, { json: true });
  const channel = openPrinted({
    ...terminal,
    platform: 'slack',
    render: () => ({}),
    heading: () => '',
    event: {},
    changed: receipt => ({ is: 'sent', receipt }),
    unasked: '',
    outcome({ key }) {
      sent++;
      return { is: 'sent', receipt: { channel: 'C0001', message: key } };
    },
    status: { state: 'ready', what: null, fix: null },
  });
  const daemon = await startDaemon(settings, terminal, () => ({
    of: new Map([['slack', { ...channel, gap: 30, close }]]),
    mounts: new Map(),
  }));
  return { daemon, database: settings.environment.databasePath, sent: () => sent };
}

test('10. while a reader is being served to the end nothing more is claimed', async () => {
  const { daemon, sent } = await owing();
  const { hostname, port } = new URL(daemon.url);
  const reader = connect(Number(port), hostname);
  closers.push(() => reader.destroy());
  await once(reader, 'connect');
  reader.write('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n');
  await until('the first alerts', () => sent() > 2);
  const stopped = daemon.stop();
  const before = sent();
  await sleep(300);
  // One may have been under way.
  expect(sent()).toBeLessThanOrEqual(before + 1);
  reader.destroy();
  await stopped;
});

test('what cannot be closed keeps neither the database nor the lock', async () => {
  const { daemon, database } = await owing(() => Promise.reject(new Error('no good-bye')));
  await expect(daemon.stop()).rejects.toThrow('no good-bye');
  expect(isLocked(database)).toBe(false);
});

test('18. a rejection that nobody handles is logged without its secrets and ends the process with 1', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { untilStopped } from './src/app/signals.ts';
       import { openLog } from './src/app/log.ts';
       const log = openLog({ level: 'error', terminal: false, secrets: ['hunter-two'] });
       await untilStopped(async () => {
         setTimeout(() => Promise.reject(new Error('refused hunter-two')));
         setInterval(() => {}, 1000);
         return { stop: async () => {} };
       }, log.error);`,
    ],
    { cwd: resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(JSON.parse(said.trim())).toMatchObject({ level: 'error', msg: expect.stringContaining('nobody caught') });
  expect(said).not.toContain('hunter-two');
});
