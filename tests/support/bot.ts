import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openChannels } from '../../src/app/channels.ts';
import { systemClock } from '../../src/app/clock.ts';
import { loadConfig } from '../../src/app/config.ts';
import { type Daemon, startDaemon } from '../../src/app/daemon.ts';
import { readEnvironment, type Variables } from '../../src/app/environment.ts';
import type { Settings } from '../../src/app/house.ts';
import { openLog } from '../../src/app/log.ts';
import { openTerminal } from '../../src/app/terminal.ts';
import type { Fetch } from '../../src/sources/guarded.ts';

/** The whole bot in this process, as `gwanbo start` runs it, with what it prints and logs kept for the test. */
export interface Bot extends Daemon {
  /** What it printed on stdout. */
  readonly printed: () => string;
  /** JSON lines of its log. */
  readonly logged: () => string;
}

/** A folder for a database, removed by `remove`. */
export function openFolder() {
  const path = mkdtempSync(join(tmpdir(), 'gwanbo-test-'));
  return {
    path,
    database: `sqlite:${join(path, 'gwanbo.db')}`,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Settings as the environment and a config file give them; the config is written as an object. */
export function settingsOf(config: object, variables: Variables, write: (line: string) => void = () => {}): Settings {
  const environment = readEnvironment({ GWANBO_PORT: '0', ...variables }, path => {
    throw new Error(`no file ${path} in this test`);
  });
  const log = openLog({ level: 'debug', terminal: false, secrets: environment.secrets, write });
  return { environment, config: loadConfig('test.yaml', JSON.stringify(config)), log, clock: systemClock };
}

export async function startBot(
  config: object,
  variables: Variables,
  options: {
    readonly json?: boolean;
    readonly guarded?: Fetch;
    readonly limits?: NonNullable<Settings['limits']>;
  } = {},
): Promise<Bot> {
  let [printed, logged] = ['', ''];
  const settings = {
    ...settingsOf(config, variables, line => {
      logged += line;
    }),
    ...(options.limits ? { limits: options.limits } : {}),
  };
  const stream = {
    write(text: string) {
      printed += text;
    },
  };
  const terminal = openTerminal(stream, { json: options.json ?? false });
  const daemon = await startDaemon(settings, terminal, openChannels, options.guarded ?? null);
  return { ...daemon, printed: () => printed, logged: () => logged };
}

/** How long a test waits for something that has to happen; never how long it may take. */
const PATIENCE = 15_000;

/** Waits until something holds, fifteen seconds at most unless told otherwise. @throws with what was looked for, and what `last` shows then */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  last: () => unknown = () => '',
  patience: number = PATIENCE,
): Promise<NonNullable<T>> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await sleep(25);
  }
  throw new Error(`waited in vain for: ${what}\n${String(last())}`);
}
