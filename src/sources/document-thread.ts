import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Fault } from '../ports/source.ts';
import type { ReadingLimits } from './document-reader.ts';
import type { Job, Said, Start } from './document-worker.ts';

/** How a reading ended: with an answer, or with a thread that is good for nothing more. */
export type Ended =
  | { readonly is: 'read'; readonly answer: Extract<Said, { is: 'read' }>['answer'] }
  | { readonly is: 'broken'; readonly fault: Fault; readonly reason: string };

/** One thread, as the main thread sees it: it reads one document at a time. */
export interface Thread {
  read(job: Job, signal?: AbortSignal): Promise<Ended>;
  end(): Promise<void>;
}

/** @param onEnd called when the thread is to be used no more */
export function openThread(limits: ReadingLimits, onEnd: () => void): Thread {
  const file = import.meta.url.endsWith('.ts') ? './document-worker.ts' : './document-worker.js';
  // The folder it names is the one of this version of Node, within the one that is given.
  const compiled = getCompileCacheDir();
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: { compiled: compiled === undefined ? null : dirname(compiled) } satisfies Start,
    resourceLimits: { maxOldGenerationSizeMb: limits.memory },
    // Nothing of how this process was started is the thread's: no test runner's loaders, no inspector.
    execArgv: [],
  });
  worker.unref();
  let rest: NodeJS.Timeout | undefined;
  // Where a document is being read its reader hears of it too; a thread that dies idle is nobody's error.
  worker.on('error', onEnd).once('exit', onEnd);
  const end = async () => {
    clearTimeout(rest);
    // At once: what is being ended is not to be given another document meanwhile.
    onEnd();
    await worker.terminate();
  };

  return {
    async read(job, signal) {
      clearTimeout(rest);
      const done = Promise.withResolvers<Ended>();
      const fail = (fault: Fault, reason: string) => done.resolve({ is: 'broken', fault, reason });
      // Where this process itself was kept from running, the answer may be here already: it is heard first.
      const after = (milliseconds: number, reason: string) =>
        setTimeout(() => setImmediate(() => fail('timeout', reason)), milliseconds);
      let timer = after(limits.start, 'could not be read: the thread for it did not start');
      const onMessage = (said: Said) => {
        if (said.is === 'read') return done.resolve(said);
        clearTimeout(timer);
        timer = after(limits.deadline, `was not read within ${limits.deadline} ms`);
      };
      const onError = (error: Error & { code?: string }) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? fail('size', `takes more than ${limits.memory} MB of memory to read`)
          : fail('parse', `broke the thread that read it (${error.message})`);
      const onExit = () => fail('timeout', 'was not read to its end: the reading was stopped');
      const onAbort = onExit;
      worker.on('message', onMessage).once('error', onError).once('exit', onExit);
      signal?.addEventListener('abort', onAbort, { once: true });
      const { bytes, ...asked } = job;
      // A copy of its own, so that it can be handed over instead of being copied once more with all that lies beside it.
      const copy = new Uint8Array(bytes);
      worker.postMessage({ ...asked, bytes: copy }, [copy.buffer]);
      const ended = await done.promise;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      rest = setTimeout(() => void end(), limits.idle).unref();
      return ended;
    },
    end,
  };
}
