import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './bot.ts';

export const NODE = process.execPath;
export const GWANBO = join(ROOT, 'bin/gwanbo.js');

/** Environment of a child: ours without anything that would configure a bot. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), NO_COLOR: '1', LOG_LEVEL: 'silent', ...more };
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)));
}

/** Runs a command to its end and gives the milliseconds it took. @throws where it failed, with what it said */
export async function timeCommand(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = environment(),
): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)));
  const [code] = await once(child, 'close');
  const took = performance.now() - start;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${said.slice(0, 500)}`);
  return took;
}

/** The output of a command. */
export async function outputOf([program = '', ...args]: readonly string[]): Promise<string> {
  const child = spawn(program, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', chunk => (said += String(chunk)));
  await once(child, 'close');
  return said;
}

/** A program that runs until it is stopped and says on stdout, one JSON a line, how it is getting on. */
export interface Service {
  readonly pid: number;
  /** The first line of which `is` holds, from now on or before. */
  said(is: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

export function startService(args: readonly string[], env: Readonly<Record<string, string>>): Service {
  const child = spawn(NODE, args, { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', line => void lines.push(JSON.parse(line)));
  return {
    pid: child.pid ?? 0,
    async said(is) {
      for (;;) {
        const found = lines.find(is);
        if (found) return found;
        await Promise.race([once(reader, 'line'), ended(child)]);
      }
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  throw new Error(`a process under measurement ended with ${code}`);
}

/** Whether the kernel shows what a process uses. */
export const hasProc = existsSync('/proc/self/status');

/** Kilobytes of memory that a process occupies. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Milliseconds of CPU time that a process has used, in steps of ten. */
export function cpuTimeOf(pid: number): number {
  // The name in brackets may hold anything; utime and stime are the 12th and 13th field behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
