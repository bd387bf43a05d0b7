import type { FloodRule } from '../core/flood.ts';
import type { Source } from '../ports/source.ts';
import { openSource, type Readers } from '../sources/open-source.ts';
import type { SourceConfig } from './config-source.ts';

/** A configured source, ready to be polled. */
export interface Watched {
  /** Its address as configured. */
  readonly url: string;
  readonly source: Source;
  /** The same source at an address that it has moved to. */
  at(url: string): Source;
  /** Milliseconds between two polls at most, and at least. */
  readonly every: number;
  readonly floor: number;
  readonly pace: SourceConfig['pace'];
  readonly flood: FloodRule;
}

/** Nothing is opened before the first poll. */
export function openWatched(config: SourceConfig, readers: Readers): Watched {
  const { url, every, floor, pace, flood } = config;
  const source = openSource(config, readers);
  return {
    ...{ url, source, every, floor, pace, flood },
    at: address => (address === url ? source : openSource(movedTo(config, address), readers)),
  };
}

/**
 * A source at the address where its redirects led within the allowed hosts: it is asked as that address was asked all
 * the while, which on another host is without the headers that were written for the first one.
 */
function movedTo(config: SourceConfig, url: string): SourceConfig {
  const [home, there] = [new URL(config.url), new URL(url)];
  const headers = home.origin === there.origin ? config.request.headers : {};
  return { ...config, url, hosts: [...config.hosts, home.host], request: { ...config.request, headers } };
}
