import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Unhealthy } from './fault.ts';
import type { Answer, Parser, Place } from './parsers.ts';

/** What a thread is started with: the folder of compiled modules, null where this process keeps none. */
export interface Start {
  readonly compiled: string | null;
}

// Before the first library: a compiled one loads in half the time, and threads do not take this over by themselves.
const { compiled } = workerData as Start;
if (compiled !== null) enableCompileCache(compiled);
const { decode } = await import('./charset.ts');
const { unhealthy } = await import('./fault.ts');
const { bounded, PARSERS } = await import('./parsers.ts');

/** What the thread is asked: how to read these bytes. */
export interface Job<Name extends Parser = Parser> {
  readonly bytes: Uint8Array;
  /** The Content-Type header, null where there is none. */
  readonly contentType: string | null;
  readonly as: Name;
  readonly at: Place<Name>;
}

/** What it says: that it has begun (from here on it is the document that takes time), and what it read. */
export type Said = { readonly is: 'begun' } | { readonly is: 'read'; readonly answer: Answer<Parser> | Unhealthy };

const say = (said: Said) => parentPort?.postMessage(said);

// One document at a time: whoever asks waits for the answer, or ends the thread.
parentPort?.on('message', async ({ bytes, contentType, as, at }: Job) => {
  const parse = (await PARSERS[as]()) as (text: string, at: Place<Parser>) => Promise<Answer<Parser> | Unhealthy>;
  if (compiled !== null) flushCompileCache();
  say({ is: 'begun' });
  const { what } = at;
  try {
    const decoded = decode(bytes, contentType);
    const answer = decoded.is === 'text' ? bounded(await parse(decoded.text, at), what) : about(what, decoded.reason);
    say({ is: 'read', answer });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : String(error);
    say({ is: 'read', answer: unhealthy('parse', `${what} cannot be read (${why})`) });
  }
});

function about(what: string, reason: string): Unhealthy {
  return unhealthy('charset', `${what}: ${reason}`);
}
