import type { Fetched, Http } from './http.ts';

/**
 * A client for one piece of work, which asks for each address once: what was looked at to tell what it is need not be
 * asked for again to be read. Validators are of no use to it. Closing it closes nothing.
 */
export function askingOnce(http: Http): Http {
  const asked = new Map<string, Promise<Fetched>>();
  return {
    fetch(ask) {
      const name = JSON.stringify([ask.method ?? 'GET', ask.url, ask.body ?? '']);
      const fetched = asked.get(name) ?? http.fetch({ ...ask, since: null });
      asked.set(name, fetched);
      return fetched;
    },
    close: () => Promise.resolve(),
  };
}
