import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { rssFeed } from '../support/feed-xml.ts';
import { startWatch } from '../support/watch.ts';

/** A feed behind an ETag that never changes. */
async function stubborn() {
  const conditional: boolean[] = [];
  const served = { titles: ['Steel one'], broken: false, deaf: false };
  const server = createServer((request, response) => {
    conditional.push(request.headers['if-none-match'] !== undefined);
    if (request.headers['if-none-match'] === '"same"' && !served.deaf) return void response.writeHead(304).end();
    const headers = { 'content-type': 'application/xml', etag: '"same"' };
    if (served.broken) return void response.writeHead(200, headers).end('<html><p>Maintenance</p></html>');
    const articles = served.titles.map((title, at) => ({
      ...{ number: at, code: 2, title, body: 'Steel.', date: '2026-03-01', category: null, files: [], shownTo: null },
    }));
    response.writeHead(200, headers).end(rssFeed(articles.toReversed()));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.xml`;
  const watch = await startWatch({
    sources: [{ id: 'feed', kind: 'feed', url, every: '1s' }],
    subscriptions: [{ query: 'steel', to: 'console' }],
  });
  return { watch, served, conditional };
}

test('22. the same ETag over a changed body: the full read of every 24 hours finds it', async () => {
  const { watch, served, conditional } = await stubborn();
  await watch.poll();
  served.titles.push('Steel two');
  watch.pass(23);
  expect(await watch.poll()).toMatchObject({ status: 'unchanged' });
  watch.pass(2);
  expect(await watch.poll()).toMatchObject({ status: 'new', new: 1 });
  expect(conditional).toEqual([false, true, false]);
  expect(await watch.sent()).toMatchObject([{ title: 'Steel two' }]);
});

test('16. a full read that was made while our clock was ahead puts off no other', async () => {
  const { watch, conditional } = await stubborn();
  watch.pass(24 * 30);
  await watch.poll();
  watch.pass(-24 * 30);
  for (const hours of [1, 1]) {
    watch.pass(hours);
    await watch.poll();
  }
  expect(conditional).toEqual([false, false, true]);
});

test('22. a full read that finds the same bytes is unchanged, and the next ones are conditional again', async () => {
  const { watch, conditional } = await stubborn();
  await watch.poll();
  for (const hours of [25, 1, 22, 2]) {
    watch.pass(hours);
    expect(await watch.poll()).toMatchObject({ status: 'unchanged' });
  }
  expect(conditional).toEqual([false, false, true, true, false]);
});

test('21. 22. after a page that could not be understood the same ETag does not make it good', async () => {
  const { watch, served, conditional } = await stubborn();
  await watch.poll();
  served.broken = true;
  // Met by a server that sends the page although it is asked conditionally, and hidden by the next one.
  served.deaf = true;
  for (let polls = 0; polls < 3; polls++) {
    watch.pass(1);
    expect(await watch.poll()).toMatchObject({ status: 'unhealthy' });
    served.deaf = false;
  }
  served.broken = false;
  served.titles.push('Steel two');
  expect(await watch.poll()).toMatchObject({ status: 'new', new: 1 });
  watch.pass(1);
  expect(await watch.poll()).toMatchObject({ status: 'unchanged' });
  expect(conditional).toEqual([false, true, false, false, false, true]);
});

test('21. a reader of another version asks without ETag once, and reads what it understands now', async () => {
  const { watch, conditional } = await stubborn();
  await watch.poll();
  const { validators } = await watch.state();
  if (!validators) throw new Error('no validators');
  const poll = {
    source: 'feed',
    at: watch.now,
    dueAt: watch.now,
    status: 'unchanged',
    fault: null,
    error: null,
  } as const;
  await watch.house.store.polled({ ...poll, validators: { ...validators, reader: `old ${validators.reader}` } });
  watch.pass(1);
  expect(await watch.poll(), 'a 304 would say nothing about this reader').toMatchObject({ status: 'unchanged' });
  expect((await watch.state()).validators).toEqual(validators);
  watch.pass(1);
  await watch.poll();
  expect(conditional).toEqual([false, false, true]);
});
