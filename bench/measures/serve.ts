import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measure } from '../harness.ts';
import { openFolder } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { cpuTimeOf, environment, GWANBO, hasProc, isInstalled, startService } from '../support/process.ts';
import { hasWrk, readMany } from '../support/readers.ts';
import { makePlace } from '../support/settings.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

const ENCODINGS = ['br', 'gzip', 'identity'] as const;
/** Entries and the length of each, so that the Atom document has about 54 kB. */
const ENTRIES = { count: 50, length: 60 };

/** The feed of a running bot, polls and all, against a server that does nothing but hand out the same bytes. */
export const serve: Measure = {
  name: 'serve',
  title: `an Atom document to ${hasWrk ? 'wrk' : 'readers of our own (wrk is not installed)'}`,
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const type = 'application/rss+xml; charset=utf-8';
    await origin.put('/feed.xml', { type, body: rssOf(writeTexts(ENTRIES.count, 1, ENTRIES.length)), etag: '"1"' });
    const place = makePlace(`${origin.url}/feed.xml`);
    bench.defer(place.remove);
    const bot = startService([GWANBO, 'start', '--json'], place.env);
    bench.defer(() => bot.stop());
    const { url } = await bot.said(line => line.event === 'listening');
    await bot.said(line => line.event === 'polled');
    const feed = `${url}/feed.atom`;

    const { path, remove } = openFolder();
    bench.defer(remove);
    const ours = new Map<string, { readonly bytes: Buffer; readonly etag: string }>();
    for (const encoding of ENCODINGS) {
      const answer = await fetchOnce(feed, encoding);
      ours.set(encoding, answer);
      writeFileSync(join(path, encoding), answer.bytes);
    }
    const bare = startService(
      [fileURLToPath(new URL('../support/bare-server.ts', import.meta.url)), path],
      environment(),
    );
    bench.defer(() => bare.stop());
    const { url: bareUrl } = await bare.said(line => line.event === 'listening');

    const size = ours.get('identity')?.bytes.length ?? 0;
    const side = (pid: number, at: string, headers: Record<string, string>) => async () => {
      const before = hasProc ? cpuTimeOf(pid) : 0;
      const start = performance.now();
      const rate = await readMany({ url: at, headers });
      const answered = (rate * (performance.now() - start)) / 1000;
      // More requests a second are better, and so is less CPU time a request: both as the first through the second.
      return hasProc ? { cost: rate, cpu: answered / Math.max(10, cpuTimeOf(pid) - before) } : rate;
    };
    const compare = (what: string, encoding: string, conditional: boolean) => {
      const headers = (etag: string) => ({
        'accept-encoding': encoding,
        ...(conditional ? { 'if-none-match': etag } : {}),
      });
      return bench.compare({
        what,
        against: 'node:http with the same bytes',
        unit: 'requests/s',
        goal: { least: 0.9 },
        ours: side(bot.pid, feed, headers(ours.get(encoding)?.etag ?? '')),
        theirs: side(bare.pid, `${String(bareUrl)}/feed.atom`, headers(`"${encoding}"`)),
      });
    };
    await compare('304', 'br', true);
    await compare('200 br', 'br', false);
    await compare('200 gzip', 'gzip', false);
    await compare(`200 identity (${(size / 1000).toFixed(0)} kB)`, 'identity', false);
    bench.skip(
      'nginx with one worker',
      isInstalled('nginx') ? 'it needs a configuration of its own' : 'nginx is not installed',
    );
  },
};

function fetchOnce(url: string, encoding: string): Promise<{ readonly bytes: Buffer; readonly etag: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': encoding } }, async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ bytes: Buffer.concat(chunks), etag: String(response.headers.etag) });
    })
      .on('error', reject)
      .end();
  });
}
