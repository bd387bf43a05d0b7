/**
 * Makes a database such as a bot leaves behind, to be kept as tests/fixtures/databases/VERSION.db when a version is
 * released: `node tests/support/save-database.ts PATH`. Later versions have to open it and find everything.
 */
import type { Release } from '../../src/core/release.ts';
import { openStore } from '../../src/store/open-store.ts';
import { alert, asks, batch, fresh, later, poll, release, T0 } from './store-samples.ts';

const CHANNEL = 'slack:C0001';

/** What every saved database holds; a test reads it back. */
export async function saveDatabase(path: string): Promise<void> {
  const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
  await store.enrol(['harbour', 'lights'], T0);
  const { subscription: first } = await store.follow(asks(CHANNEL, { createdBy: 'slack:U0001' }), T0);
  const { subscription: second } = await store.follow(asks('console', { normal: 'country:kr' }), T0);
  await store.syncConfig([asks(CHANNEL, { normal: 'country:no', style: 'compact', createdBy: 'config' })], T0);

  const old = release('2-1', { title: '등대 소등 안내 (old lights)', date: '2025-12-30' });
  const unnumbered = release('t-fog', { title: 'Fog expected', url: null, date: null });
  await store.record(
    batch([old], {
      fresh: [fresh(old), fresh(unnumbered, { provisional: true, fingerprint: 't-fog' })],
      poll: poll(T0, {
        status: 'baseline',
        validators: { etag: '"b1"', lastModified: null, hash: 'aa', reader: 'b-1' },
      }),
      listed: [unnumbered, old].map(({ key, id }) => ({ key, release: id })),
    }),
  );
  const news = [release('2-2'), release('2-3'), release('2-4')];
  await store.record(
    batch(news, {
      at: later(600),
      poll: poll(later(600)),
      revised: [{ after: corrected(old), fingerprint: 't-2-1' }],
      adopted: [{ release: unnumbered.id, key: '2-5' }],
      completed: [{ after: { ...unnumbered, url: 'https://harbour.example/notes/2-5', category: 'Weather' } }],
      deliveries: news.flatMap(one => [alert(one, CHANNEL, [first.id]), alert(one, 'console', [second.id])]),
      listed: [...news].reverse().map(({ key, id }) => ({ key, release: id })),
    }),
  );
  await store.polled(
    poll(later(1200), { source: 'lights', status: 'unhealthy', fault: 'timeout', error: 'no answer in 30 s' }),
  );

  const [one, , two] = (await store.deliveries()).toReversed();
  if (!one || !two) throw new Error('the alerts were not recorded');
  await store.claim(one.id, { text: 'Note 2-2' }, later(601));
  await store.settle(one.id, { is: 'sent', receipt: { channel: 'C0001', message: '17.01' } }, later(602));
  await store.claim(two.id, { text: 'Note 2-3' }, later(603));
  await store.settle(two.id, { is: 'wait', at: later(660), reason: 'rate limited' }, later(604));
  await store.setState(second.id, 'paused', 'holiday');
  await store.close();
}

function corrected(before: Release): Release {
  return { ...before, text: `${before.text}\n\nCorrected.`, revision: before.revision + 1, updated: later(600) };
}

if (import.meta.main) await saveDatabase(process.argv[2] ?? 'saved.db');
