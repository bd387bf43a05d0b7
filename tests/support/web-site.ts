import { type Agent, type IncomingHttpHeaders, request as open } from 'node:http';
import { createHandler } from '../../src/publish/handler.ts';
import { type Limits, listen } from '../../src/publish/server.ts';
import type { Site } from '../../src/publish/site.ts';
import { holdReleases, type MemoryReleases } from './memory-releases.ts';
import { HARBOR, labelOf, MEADOW, sampleReleases } from './release-builder.ts';

export interface WebSite extends AsyncDisposable {
  readonly url: string;
  readonly memory: MemoryReleases;
  /** What was logged as an error. */
  readonly errors: unknown[];
  /** A request as it is written: no path is resolved, nothing is decompressed, nothing is followed. */
  get(path: string, asked?: Asked): Promise<Answer>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without one every request has a connection of its own. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

/** The web side on a free port of this machine, with the sample releases unless others are given. */
export async function openSite(parts: Partial<Site> = {}, limits: Partial<Limits> = {}): Promise<WebSite> {
  const errors: unknown[] = [];
  const memory = holdReleases(sampleReleases());
  const site = siteOf({ store: memory.store, log: { error: fields => errors.push(fields) }, ...parts });
  const listening = await listen(createHandler(site), { host: '127.0.0.1', port: 0, limits });
  return {
    url: listening.url,
    memory,
    errors,
    get: (path, asked) => send(listening.url, path, asked),
    [Symbol.asyncDispose]: () => listening.close(),
  };
}

/** A site's parts with everything a test does not name; the base URL is fixed, so that bytes can be compared. */
export function siteOf(parts: Partial<Site> & Pick<Site, 'store'>): Site {
  return {
    baseUrl: () => 'https://releases.example',
    sources: new Map([
      ['harbor', HARBOR],
      ['meadow', MEADOW],
    ]),
    labels: release => [
      ...release.topics.map(id => labelOf('topic', id)),
      ...release.countries.map(id => labelOf('country', id)),
    ],
    label: labelOf,
    ready: async () => [],
    pageSize: 50,
    version: '1.2.3',
    mounts: new Map(),
    log: { error: () => {} },
    ...parts,
  };
}

export function send(url: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = open(
      {
        hostname,
        port,
        path,
        agent: asked.agent ?? false,
        method: asked.method ?? 'GET',
        headers: { ...asked.headers },
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString('utf8') });
        });
      },
    );
    request.on('error', reject);
    request.end(asked.body);
  });
}
