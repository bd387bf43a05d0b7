/**
 * The least that serves a document: `bare-server.ts FOLDER`, in which the bytes of each encoding lie under its name.
 * Says its address as the bot does.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const bytes = (encoding: string) => readFileSync(join(folder, encoding));
const variants = { br: bytes('br'), gzip: bytes('gzip'), identity: bytes('identity') };

const server = createServer((request, response) => {
  const accepted = request.headers['accept-encoding'];
  const encoding = accepted === 'br' || accepted === 'gzip' ? accepted : 'identity';
  const etag = `"${encoding}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ETag: etag }).end();
    return;
  }
  const body = variants[encoding];
  response.writeHead(200, {
    'Content-Type': 'application/atom+xml; charset=utf-8',
    'Content-Length': body.length,
    ETag: etag,
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'listening', url: `http://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit());
