import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { holdReleases } from '../support/memory-releases.ts';
import { sampleReleases } from '../support/release-builder.ts';
import { openSite } from '../support/web-site.ts';

test('69. a thousand readers at once get the same feed, which is made once', async () => {
  const { store } = holdReleases(sampleReleases());
  let readings = 0;
  const counting: typeof store = {
    ...store,
    releases(page) {
      readings += 1;
      return store.releases(page);
    },
  };
  await using site = await openSite({ store: counting });
  const headers = { 'Accept-Encoding': 'br' };
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => site.get('/feed.atom', { headers })));
  expect(new Set(answers.map(({ status, headers: { etag } }) => `${status} ${etag}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
  expect(new Set(answers.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1);
  expect(readings).toBe(1);
});

test('69. connections that never finish their request are dropped, and readers are served meanwhile', async () => {
  const limits = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 50 };
  await using site = await openSite({}, limits);
  const { hostname, port } = new URL(site.url);
  const halves = [
    'GET /feed.atom HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx',
  ];
  const ends = Array.from({ length: 50 }, (_, at) => {
    const socket = connect(Number(port), hostname);
    socket.write(halves[at % 2] ?? '');
    socket.resume();
    return new Promise<void>(done => socket.on('error', () => {}).once('close', () => done()));
  });
  expect((await site.get('/feed.atom')).status).toBe(200);
  await Promise.all(ends);
  expect((await site.get('/feed.atom')).status).toBe(200);
});

test('68. while releases are committed a reader gets the old feed or the new one, whole', async () => {
  await using site = await openSite();
  const generation = (number: number) =>
    sampleReleases().map(release => ({ ...release, title: `generation ${number};` }));
  const seen: Promise<Set<string>>[] = [];
  for (let number = 1; number <= 40; number++) {
    site.memory.commit(generation(number));
    for (const limit of [4, 4, 3])
      seen.push(
        site.get(`/feed.atom?limit=${limit}`).then(({ text }) => new Set(text.match(/generation \d+;/g) ?? [])),
      );
    if (number % 5 === 0) await seen.at(-1);
  }
  for (const titles of await Promise.all(seen)) expect(titles.size).toBe(1);
  expect((await site.get('/feed.atom?limit=4')).text).toContain('generation 40;');
});
