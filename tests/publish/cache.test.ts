import { describe, expect, test } from 'vitest';
import { createCache, Refused } from '../../src/publish/cache.ts';
import { makeResource } from '../../src/publish/resource.ts';

const page = (text: string) => async () => makeResource(text, 'text/plain', null);

function openCache(budget?: number) {
  const state = { version: 1 as number | Error, failures: [] as unknown[] };
  const read = async () => {
    if (state.version instanceof Error) throw state.version;
    return state.version;
  };
  const cache = createCache(read, error => state.failures.push(error), budget);
  const get = async (key: string, render: Parameters<typeof cache.get>[1]) =>
    String(await (await cache.get(key, render))?.body('identity'));
  return { state, cache, get };
}

describe('the cache', () => {
  test('renders once for each version', async () => {
    const { state, get } = openCache();
    expect(await get('a', page('one'))).toBe('one');
    expect(await get('a', page('two'))).toBe('one');
    state.version = 2;
    expect(await get('a', page('three'))).toBe('three');
  });

  test('gives the last good rendering while the store is silent or the rendering fails, and says so', async () => {
    const { state, get } = openCache();
    await get('a', page('good'));
    state.version = new Error('no disk');
    expect(await get('a', page('unasked'))).toBe('good');
    state.version = 2;
    expect(await get('a', () => Promise.reject(new Error('no page')))).toBe('good');
    expect(state.failures.map(String)).toEqual(['Error: no disk', 'Error: no page']);
    expect(await get('a', page('mended'))).toBe('mended');
  });

  test('has nothing to give where there never was anything', async () => {
    const { state, cache, get } = openCache();
    await expect(cache.get('a', () => Promise.reject(new Error('no page')))).rejects.toThrow('no page');
    expect(await get('a', page('mended'))).toBe('mended');
    state.version = new Error('no disk');
    await expect(cache.get('b', page('unasked'))).rejects.toThrow('no disk');
  });

  test('passes a refusal on, whatever it holds', async () => {
    const { state, cache, get } = openCache();
    await get('a', page('good'));
    state.version = 2;
    await expect(cache.get('a', () => Promise.reject(new Refused('no query')))).rejects.toThrow(Refused);
    expect(state.failures).toEqual([]);
  });

  test('does not remember that a thing is missing', async () => {
    const { cache, get } = openCache();
    expect(await cache.get('a', async () => null)).toBeNull();
    expect(await get('a', page('there'))).toBe('there');
  });

  test('drops what was longest unused when it is full', async () => {
    const { get } = openCache(3 * makeResource('x'.repeat(100), '', null).size);
    const text = (letter: string) => letter.repeat(100);
    for (const letter of ['a', 'b', 'c']) await get(letter, page(text(letter)));
    await get('a', page('used again'));
    await get('d', page(text('d')));
    expect(await get('a', page('new'))).toBe(text('a'));
    expect(await get('b', page('new'))).toBe('new');
  });
});
