import type { Item } from '../../src/core/item.ts';
import type { Reading, SourceConfig, SourceKind } from '../../src/ports/source.ts';

/** A source's config with nothing special about it. */
export function sourceConfig(kind: SourceKind, url: string, change: Partial<SourceConfig> = {}): SourceConfig {
  return {
    id: 'motir',
    name: 'MOTIR',
    kind,
    url,
    zone: 'Asia/Seoul',
    request: { method: 'GET', headers: {}, body: '' },
    categories: [],
    hosts: [],
    profile: null,
    select: null,
    reach: 'any',
    ...change,
  };
}

/** The items of a reading that must have some. */
export function itemsOf(reading: Reading): readonly Item[] {
  if (reading.is !== 'items') throw new Error(`expected items, got ${JSON.stringify(reading)}`);
  return reading.items;
}

/** How a reading ended, and by which fault: "items", "unchanged", "timeout". */
export function endOf(reading: Reading): string {
  return reading.is === 'unhealthy' ? reading.fault : reading.is;
}
