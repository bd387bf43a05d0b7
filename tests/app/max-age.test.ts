import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../../src/app/check.ts';
import { systemClock } from '../../src/app/clock.ts';
import { loadConfig } from '../../src/app/config.ts';
import { readEnvironment } from '../../src/app/environment.ts';
import { openHouse } from '../../src/app/house.ts';
import { rssFeed } from '../support/feed-xml.ts';
import { temporaryFolder } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const FEED = rssFeed([
  { number: 1, code: 2, title: 'One', body: 'b', date: '2025-12-04', category: null, files: [], shownTo: null },
]);

test('a source whose answer stays fresh for an hour is due after that, not after its own interval', async () => {
  const server = createServer((request, response) => {
    const fresh = request.url === '/fresh.xml' ? { 'cache-control': 'public, max-age=3600' } : {};
    response.writeHead(200, fresh).end(FEED);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sources = ['fresh', 'plain'].map(id => ({ id, kind: 'feed', url: `${origin}/${id}.xml`, every: '10s' }));
  const environment = readEnvironment({ DATABASE_URL: `sqlite:${temporaryFolder()}/g.db` }, path => {
    throw new Error(`no file ${path}`);
  });
  const config = loadConfig('g.yaml', JSON.stringify({ sources }));
  const house = await openHouse({ environment, config, log: silentLog(), clock: systemClock });
  onTestFinished(() => house.close());
  await check(null, house, () => {});
  const waits = (await house.store.sources()).map(({ id, dueAt, polledAt }) => [
    id,
    Temporal.Instant.from(dueAt)
      .since(Temporal.Instant.from(polledAt ?? dueAt))
      .total('minutes') > 50,
  ]);
  expect(Object.fromEntries(waits)).toEqual({ fresh: true, plain: false });
});
