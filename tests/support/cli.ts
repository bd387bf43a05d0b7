import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from './folder.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

export interface Ran {
  /** null where it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as people run it, each command a process of its own, on one database and config. */
export interface CommandLine {
  run(...words: readonly string[]): Promise<Ran>;
  /** Starts a command and gives its process too, for tests that kill it. */
  start(...words: readonly string[]): { readonly child: ChildProcess; readonly ran: Promise<Ran> };
}

/** @param config written as an object */
export function commandLine(config: object): CommandLine {
  const folder = temporaryFolder();
  const file = join(folder, 'gwanbo.yaml');
  writeFileSync(file, JSON.stringify(config));
  const env = {
    PATH: process.env.PATH ?? '',
    GWANBO_CONFIG: file,
    DATABASE_URL: `sqlite:${join(folder, 'gwanbo.db')}`,
    GWANBO_PORT: '0',
  };
  const start: CommandLine['start'] = (...words) => {
    const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ran = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
      ([out, err, [code]]) => ({
        code: code as number | null,
        out,
        err,
      }),
    );
    return { child, ran };
  };
  return { start, run: (...words) => start(...words).ran };
}
