import { Worker } from 'node:worker_threads';
import type { FeedPlace } from './feed-entry.ts';
import type { ParsedFeed } from './feed-parse.ts';
import type { Done, Job } from './feed-worker.ts';

/**
 * Ten seconds: a full feed of 5 MB is read in one or two, while 80 kB of hostile markup can take a minute. What takes
 * longer is ended with its thread.
 */
const DEADLINE = 10_000;

/** Starting the thread loads four parsers; on a busy machine that alone takes seconds. */
const START = 30_000;

/** Megabytes a parse may hold: twenty times the largest body we take, trees and copies included. */
const MEMORY = 384;

/** Parses feeds beside the main thread, one after the other. */
export interface FeedReader {
  parse(text: string, place: FeedPlace, signal?: AbortSignal): Promise<ParsedFeed>;
  /** Ends the thread. A later parse starts another. */
  close(): Promise<void>;
}

/**
 * Opens a reader whose thread starts with the first feed, is used again for the next, keeps no process alive, and is
 * ended (and started anew when needed) where a document takes longer than `deadline` milliseconds or too much memory.
 */
export function openFeedReader(options: { readonly deadline?: number } = {}): FeedReader {
  const deadline = options.deadline ?? DEADLINE;
  let worker: Worker | null = null;
  /** The thread whose modules are loaded. */
  let started: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let number = 0;

  function spawn(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './feed-worker.ts' : './feed-worker.js';
    const fresh = new Worker(new URL(file, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
      // Nothing of how this process was started is the thread's: no test runner's loaders, no inspector.
      execArgv: [],
    });
    fresh.unref();
    // A thread that dies between two feeds is replaced by the next; its death is nobody's error.
    const forget = () => {
      if (worker === fresh) worker = null;
    };
    fresh.on('error', forget).on('exit', forget);
    return fresh;
  }

  async function parseNow(text: string, place: FeedPlace, signal?: AbortSignal): Promise<ParsedFeed> {
    if (signal?.aborted) return late('the reading was stopped');
    worker ??= spawn();
    const current = worker;
    const answer = Promise.withResolvers<ParsedFeed>();
    const job: Job = { number: ++number, text, place };
    let timer = setTimeout(() => answer.resolve(late('the thread that reads feeds did not start')), START);
    const begin = () => {
      clearTimeout(timer);
      started = current;
      timer = setTimeout(() => answer.resolve(late(`the feed was not read within ${deadline} ms`)), deadline);
      current.postMessage(job);
    };
    const onMessage = (said: Done | 'ready') => {
      if (said === 'ready') begin();
      else if (said.number === job.number) answer.resolve(said.parsed);
    };
    const onError = (error: Error) => answer.resolve(broken(error));
    const onExit = () => answer.resolve(broken(new Error('its thread ended')));
    const onAbort = () => answer.resolve(late('the reading was stopped'));
    current.on('message', onMessage).once('error', onError).once('exit', onExit);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (started === current) begin();
    const parsed = await answer.promise;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    current.off('message', onMessage).off('exit', onExit).off('error', onError);
    if (parsed.is === 'trouble' && (parsed.fault === 'timeout' || parsed.fault === 'size')) {
      if (worker === current) worker = null;
      await current.terminate();
    }
    return parsed;
  }

  return {
    parse(text, place, signal) {
      const turn = last.then(() => parseNow(text, place, signal));
      last = turn;
      return turn;
    },
    async close() {
      const ended = worker;
      worker = null;
      await ended?.terminate();
    },
  };
}

function late(reason: string): ParsedFeed {
  return { is: 'trouble', fault: 'timeout', reason };
}

/** The thread died under the document: out of memory, or closed meanwhile. */
function broken(error: Error): ParsedFeed {
  return { is: 'trouble', fault: 'size', reason: `the feed is too much to read (${error.message})` };
}
