/**
 * The outside world as a process of its own, so that its CPU time is not counted: serves the documents it is given,
 * takes posts, and knows on its one clock when a document had left and when the first post came.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Told, World } from './origin.ts';

const documents = new Map<string, Extract<Told, { tell: 'put' }>>();
let world: World = { gets: 0, posts: 0, servedAt: null, postedAt: null };

function serve(request: IncomingMessage, response: ServerResponse): void {
  const document = documents.get((request.url ?? '').replace(/\?.*$/, ''));
  world = { ...world, gets: world.gets + 1 };
  if (!document) {
    response.writeHead(404).end();
    return;
  }
  if (document.etag !== null) response.setHeader('etag', document.etag);
  if (document.etag !== null && request.headers['if-none-match'] === document.etag) {
    response.writeHead(304).end();
    return;
  }
  response.once('finish', () => {
    world = { ...world, servedAt: performance.now(), postedAt: null };
  });
  response.writeHead(200, { 'content-type': document.type, 'content-length': Buffer.byteLength(document.body) });
  response.end(document.body);
}

function take(request: IncomingMessage, response: ServerResponse): void {
  world = { ...world, posts: world.posts + 1, postedAt: world.postedAt ?? performance.now() };
  request.resume().once('end', () => {
    // What Slack and Discord answer to a post, in one.
    const answer = JSON.stringify({ ok: true, id: String(world.posts), channel: 'C1', ts: `${world.posts}.000100` });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
  });
}

const server = createServer((request, response) => (request.method === 'POST' ? take : serve)(request, response));
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', (told: Told) => {
  if (told.tell === 'put') documents.set(told.path, told);
  process.send?.(world);
});
process.on('disconnect', () => process.exit());
