import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openFolder, until } from './bot.ts';

/** What `npm run gwanbo` runs. */
export const BIN = resolve(import.meta.dirname, '../../bin/gwanbo.js');

/** How a process ended, with all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly pid: number;
  /** What it has written so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** A folder with a config, in which gwanbo runs as a process of its own: as a person or a script would call it. */
export interface Desk {
  readonly folder: string;
  /** Path of the database. */
  readonly database: string;
  /** Path of the config. */
  readonly config: string;
  /** Writes a file into the folder and gives its path. */
  write(name: string, text: string): string;
  /** Runs a command to its end. */
  run(words: readonly string[], more?: More): Promise<Ended>;
  /** As `run` with --json: the lines as objects. @throws with what was said where a line is none */
  json<T = Record<string, unknown>>(words: readonly string[], more?: More): Promise<T[]>;
  /** Starts a command that goes on. */
  open(words: readonly string[], more?: More): Running;
  /** `gwanbo start`, listening. */
  start(more?: More): Promise<Running & { readonly url: string }>;
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>;
}

interface More {
  /** Environment beside the folder's own; a value of undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** @param config the YAML as text, or as an object: JSON is YAML */
export function openDesk(config: string | object): Desk {
  const { path: folder, remove } = openFolder();
  const database = join(folder, 'data/gwanbo.db');
  const file = join(folder, 'gwanbo.yaml');
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  write('gwanbo.yaml', typeof config === 'string' ? config : JSON.stringify(config));
  mkdirSync(join(folder, 'tmp'));
  const alive = new Set<Running>();

  const open = (words: readonly string[], { env, input }: More = {}): Running => {
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd: folder,
      // Nothing of the machine that runs the tests: no token, no time zone, no config of its owner.
      env: {
        PATH: process.env.PATH,
        TMPDIR: join(folder, 'tmp'),
        // The compiled code is kept beside it, or every process would compile everything anew.
        NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
        DATABASE_URL: `sqlite:${database}`,
        GWANBO_CONFIG: file,
        GWANBO_PORT: '0',
        ...env,
      },
    });
    const running = watch(child);
    alive.add(running);
    running.ended.finally(() => alive.delete(running)).catch(() => {});
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    return running;
  };
  const run = (words: readonly string[], more?: More) => open(words, more).ended;

  return {
    folder,
    database,
    config: file,
    write,
    open,
    run,
    async json<T>(words: readonly string[], more?: More) {
      const { out, err } = await run(['--json', ...words], more);
      try {
        return linesOf(out).map(line => JSON.parse(line) as T);
      } catch (error) {
        throw new Error(`gwanbo ${words.join(' ')} --json wrote what is no JSON:\n${out}${err}`, { cause: error });
      }
    },
    async start(more) {
      const running = open(['start'], more);
      const gone = running.ended.then(({ err }) => {
        throw new Error(`gwanbo start ended before it listened:\n${err}`);
      });
      const url = until(
        'the address it listens at',
        () => /(?:listens at |"url":")(http:[^\s"]+)/.exec(running.out())?.[1],
        () => running.out() + running.err(),
      );
      return { ...running, url: await Promise.race([url, gone]) };
    },
    async close() {
      const ends = [...alive].map(running => {
        running.kill('SIGKILL');
        return running.ended;
      });
      await Promise.all(ends);
      remove();
    },
  };
}

function watch(child: ChildProcess): Running {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, out, err }));
  });
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    ended,
    kill: signal => void child.kill(signal),
  };
}

/** The lines of an output, without the empty one at its end. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
