// Prints the sample feed; run as a process of its own under different time zones.

import { createHandler } from '../../src/publish/handler.ts';
import { listen } from '../../src/publish/server.ts';
import { holdReleases } from './memory-releases.ts';
import { sampleReleases } from './release-builder.ts';
import { send, siteOf } from './web-site.ts';

const site = await listen(createHandler(siteOf({ store: holdReleases(sampleReleases()).store })), {
  host: '127.0.0.1',
  port: 0,
});
const { headers, text } = await send(site.url, '/feed.atom');
process.stdout.write(JSON.stringify({ etag: headers.etag, modified: headers['last-modified'], text }));
await site.close();
