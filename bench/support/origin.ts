import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What the process of the outside world is told. */
export type Told =
  | {
      readonly tell: 'put';
      readonly path: string;
      readonly type: string;
      readonly body: string;
      /** null: no validator at all. */
      readonly etag: string | null;
    }
  | { readonly tell: 'look' };

/** What happened there. Times are milliseconds on its own clock. */
export interface World {
  readonly gets: number;
  readonly posts: number;
  /** When the last byte of the last document had been handed to the system. */
  readonly servedAt: number | null;
  /** When the first post after that arrived. */
  readonly postedAt: number | null;
}

/** A web server in a process of its own, on a free port of 127.0.0.1. */
export interface Origin {
  readonly url: string;
  put(path: string, document: { readonly type: string; readonly body: string; readonly etag?: string }): Promise<void>;
  look(): Promise<World>;
  close(): void;
}

export async function openOrigin(): Promise<Origin> {
  const child = fork(new URL('./origin-child.ts', import.meta.url));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const tell = async (told: Told): Promise<World> => {
    const answered = once(child, 'message');
    child.send(told);
    return (await answered)[0];
  };
  return {
    url: `http://127.0.0.1:${port}`,
    async put(path, { type, body, etag }) {
      await tell({ tell: 'put', path, type, body, etag: etag ?? null });
    },
    look: () => tell({ tell: 'look' }),
    close: () => void child.kill(),
  };
}
