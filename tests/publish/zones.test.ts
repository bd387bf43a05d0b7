import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../support/atom-tools.ts';
import { openSite } from '../support/web-site.ts';

const SCRIPT = fileURLToPath(new URL('../support/print-feed.ts', import.meta.url));

test('17. the feed is the same, byte for byte, in New York, Seoul and UTC, in another process and here', async () => {
  await using site = await openSite();
  const { headers, text } = await site.get('/feed.atom');
  const here = { etag: headers.etag, modified: headers['last-modified'], text };
  const zones = ['America/New_York', 'Asia/Seoul', 'UTC'];
  const printed = await Promise.all(zones.map(TZ => run(process.execPath, [SCRIPT], { TZ })));
  for (const { out } of printed) expect(JSON.parse(out)).toEqual(here);
});
