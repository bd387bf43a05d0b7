import { openThread, type Thread } from './document-thread.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { LIMITS } from './http.ts';
import type { Answer, Parser, Place } from './parsers.ts';

/** Limits of reading one document; tests lower them. */
export interface ReadingLimits {
  /**
   * Milliseconds: a full feed of 5 MB is read in one or two seconds, while 80 kB of hostile markup can take a minute.
   * What takes longer is ended with its thread.
   */
  readonly deadline: number;
  /** Milliseconds for the libraries of a parser to load; on a busy machine that alone takes seconds. */
  readonly start: number;
  /** Megabytes a thread may hold: twenty times the largest document, trees and copies included. */
  readonly memory: number;
  readonly bytes: number;
  /** One document may take its whole deadline: what waits behind it then has another thread. */
  readonly threads: number;
  /** Milliseconds after which an idle thread gives its memory back: between two changes lie hours. */
  readonly idle: number;
}

const READING: ReadingLimits = {
  deadline: 10_000,
  start: 30_000,
  memory: 384,
  bytes: LIMITS.bytes,
  threads: 2,
  idle: 30_000,
};

/** A document as it lies there. */
export interface Bytes {
  readonly bytes: Uint8Array;
  /** The Content-Type header, null where there is none. */
  readonly contentType: string | null;
}

/** Reads documents of any kind, beside the main thread: what they hold can neither hang nor crash it. */
export interface DocumentReader {
  /**
   * Decodes and parses one document. Never throws: one that is too long, takes too long, takes too much memory or
   * breaks its thread is unhealthy.
   */
  read<Name extends Parser>(
    document: Bytes,
    as: Name,
    at: Place<Name>,
    signal?: AbortSignal,
  ): Promise<Answer<Name> | Unhealthy>;
  /** Ends the threads. A later document starts another. */
  close(): Promise<void>;
}

/**
 * Opens a reader whose threads start with the first document, are used again for the next, keep no process alive, and
 * are ended (and started anew when needed) with the document that they cannot get done with. Documents wait in line.
 */
export function openDocumentReader(options: Partial<ReadingLimits> = {}): DocumentReader {
  const limits = { ...READING, ...options };
  const threads = new Set<Thread>();
  const idle: Thread[] = [];
  const line: (() => void)[] = [];
  let busy = 0;

  async function turn(): Promise<void> {
    if (busy < limits.threads) busy++;
    else await new Promise<void>(resolve => line.push(resolve));
  }

  function next(): void {
    const first = line.shift();
    if (first) first();
    else busy--;
  }

  function open(): Thread {
    const thread = openThread(limits, () => threads.delete(thread));
    threads.add(thread);
    return thread;
  }

  /** A thread that lives: one that died while it was idle is nobody's error. */
  function waiting(): Thread | undefined {
    for (let thread = idle.pop(); thread; thread = idle.pop()) if (threads.has(thread)) return thread;
    return undefined;
  }

  return {
    async read(document, as, at, signal) {
      const { what } = at;
      const { bytes, contentType } = document;
      if (bytes.length > limits.bytes) return unhealthy('size', `${what} has more than ${limits.bytes} bytes`);
      await turn();
      try {
        if (signal?.aborted) return unhealthy('timeout', `${what}: the reading was stopped`);
        const thread = waiting() ?? open();
        const ended = await thread.read({ bytes, contentType, as, at }, signal);
        if (ended.is === 'read') {
          idle.push(thread);
          return ended.answer as Answer<typeof as> | Unhealthy;
        }
        await thread.end();
        return unhealthy(ended.fault, `${what} ${ended.reason}`);
      } finally {
        next();
      }
    },
    async close() {
      idle.length = 0;
      await Promise.all([...threads].map(thread => thread.end()));
    },
  };
}
