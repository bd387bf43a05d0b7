import { parentPort } from 'node:worker_threads';
import type { FeedPlace } from './feed-entry.ts';
import { type ParsedFeed, parseFeed } from './feed-parse.ts';

/** What the thread is asked. */
export interface Job {
  readonly number: number;
  readonly text: string;
  readonly place: FeedPlace;
}

/** What it answers. */
export interface Done {
  readonly number: number;
  readonly parsed: ParsedFeed;
}

// One document at a time: whoever asks waits for the answer, or ends the thread.
parentPort?.on('message', async ({ number, text, place }: Job) => {
  const parsed = await parseFeed(text, place);
  parentPort?.postMessage({ number, parsed } satisfies Done);
});

/** The modules are loaded: from here on it is the document that takes time. */
parentPort?.postMessage('ready');
