import { Agent, createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { listen } from '../../src/publish/server.ts';
import { openSite, send } from '../support/web-site.ts';

describe('mounted listeners', () => {
  const echo: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).length}`);
  };
  const mounts = new Map<string, RequestListener>([
    ['/slack', (_, response) => void response.end('outer')],
    ['/slack/events', echo],
    ['/broken', () => Promise.reject(new Error('secret')) as never],
  ]);

  test('get the request whole, by the longest prefix, under the headers of the house', async () => {
    await using site = await openSite({ mounts });
    const answer = await site.get('/slack/events?x=1', { method: 'POST', body: 'hello' });
    expect(answer.text).toBe('POST /slack/events?x=1 5');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect((await site.get('/slack/install')).text).toBe('outer');
    expect((await site.get('/slackers')).status).toBe(404);
  });

  test('security rule 8: get no body beyond a megabyte, announced or not', async () => {
    await using site = await openSite({ mounts });
    const body = 'x'.repeat(1_000_001);
    expect((await site.get('/slack/events', { method: 'POST', body: 'x'.repeat(999_999) })).status).toBe(200);
    await expect(
      send(site.url, '/slack/events', { method: 'POST', body, headers: { 'Transfer-Encoding': 'chunked' } }),
    ).rejects.toThrow();
    const { hostname, port } = new URL(site.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n');
    const [first] = await new Promise<string[]>(done => socket.once('data', data => done(String(data).split('\r\n'))));
    socket.destroy();
    expect(first).toBe('HTTP/1.1 413 Payload Too Large');
  });

  test('that fail are answered for, without their error', async () => {
    await using site = await openSite({ mounts });
    const { status, text } = await site.get('/broken');
    expect([status, text]).toEqual([500, 'Error. Something went wrong.\n']);
    expect(site.errors).toHaveLength(1);
  });
});

describe('the server', () => {
  test('says what is wrong with an address that is taken', async () => {
    const taken = createServer();
    await new Promise<void>(done => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    await expect(listen(() => {}, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise(done => taken.close(done));
  });

  test('names an address one can go to where it listens on all', async () => {
    const open = await listen((_, response) => void response.end('here'), { host: '0.0.0.0', port: 0 });
    expect((await send(open.url, '/')).text).toBe('here');
    await open.close();
  });

  test('lets an open request end before it closes, takes no new one, and cuts what never ends', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: free, resolve: leave } = Promise.withResolvers<void>();
    const open = await listen(
      (request, response) => {
        if (request.url === '/stuck') return;
        enter();
        free.then(() => response.end('done'));
      },
      { host: '127.0.0.1', port: 0, limits: { patience: 300 } },
    );
    const stuck = send(open.url, '/stuck').catch((error: NodeJS.ErrnoException) => error.code);
    const slow = send(open.url, '/');
    await entered;
    const closed = open.close();
    await expect(send(open.url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    leave();
    expect((await slow).text).toBe('done');
    await closed;
    await open.close();
    expect(await stuck).toBe('ECONNRESET');
  });

  test('does not wait for a connection that is kept alive after its last request', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: free, resolve: leave } = Promise.withResolvers<void>();
    const open = await listen(
      (_, response) => {
        enter();
        free.then(() => response.end('done'));
      },
      { host: '127.0.0.1', port: 0, limits: { patience: 60_000 } },
    );
    const agent = new Agent({ keepAlive: true });
    const last = send(open.url, '/', { agent });
    await entered;
    const closed = open.close();
    leave();
    expect((await last).text).toBe('done');
    await closed;
    agent.destroy();
  });
});
