/**
 * A process of its own that fetches the addresses it is given, since which authorities are trusted is settled when a
 * process starts (NODE_EXTRA_CA_CERTS). All their hosts may answer for each other. Each line it writes is the JSON of
 * one answer: the text of a body, or the fault with its reason.
 */

import { openHttp } from '../../src/sources/http.ts';

const urls = process.argv.slice(2);
const hosts = urls.map(url => new URL(url).host);
const http = openHttp({ limits: { total: 5_000 } });
for (const url of urls) {
  const fetched = await http.fetch({ url, hosts });
  const answer =
    fetched.is === 'body' ? { text: Buffer.from(fetched.bytes).toString() } : { ...fetched, advice: undefined };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await http.close();
