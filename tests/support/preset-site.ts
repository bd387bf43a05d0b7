import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Preset } from '../../src/app/config-source.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures/presets');

/** The page or feed of a ready source, in the shape of the real one and in our own words. */
export function presetFixture(name: string): { readonly file: string; readonly type: string } {
  for (const [ending, type] of [
    ['xml', 'text/xml'],
    ['html', 'text/html'],
  ] as const) {
    const file = resolve(FIXTURES, `${name}.${ending}`);
    if (existsSync(file)) return { file, type };
  }
  throw new Error(`no fixture of preset ${name}`);
}

export interface PresetSite {
  /** The preset's address on this machine. */
  readonly url: string;
  readonly origin: string;
  /** The fixture it shows; assign another to let the source change. */
  shows: string;
  readonly requests: { readonly method: string; readonly url: string }[];
  close(): Promise<void>;
}

/** Serves a ready source on loopback: its own path and method only, a POST as a form only, and the pages of its items where there are any. */
export async function servePreset(name: string, preset: Preset): Promise<PresetSite> {
  const real = new URL(preset.url ?? '');
  const requests: { method: string; url: string }[] = [];
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://site');
    requests.push({ method: request.method ?? '', url: request.url ?? '' });
    const id = /\/(\d+)\/view$/.exec(asked.pathname)?.[1];
    const isList = asked.pathname === real.pathname;
    if (isList && request.method !== (preset.request?.method ?? 'GET')) {
      response.writeHead(405).end();
    } else if (request.method === 'POST' && !/^application\/x-www-form/.test(request.headers['content-type'] ?? '')) {
      response.writeHead(415).end();
    } else if (isList || id) {
      const { file, type } = presetFixture(id ? `${name}.${id}` : site.shows);
      response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const site: PresetSite = {
    origin,
    url: `${origin}${real.pathname}${real.search}`,
    shows: name,
    requests,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return site;
}
