import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openFolder } from './bot.ts';

const HERE = resolve(import.meta.dirname, '../twin');

/** Installed by `npm ci --prefix tests/twin`. */
export const hasTwin = existsSync(join(HERE, 'node_modules/discord-digital-twin'));

export interface TwinMessage {
  readonly id: string;
  readonly content: string;
  readonly embeds: readonly { readonly title?: string; readonly description?: string; readonly url?: string }[];
  readonly components: readonly {
    readonly components: readonly { readonly label?: string; readonly custom_id?: string }[];
  }[];
}

export interface TwinAnswer {
  /** How it was acknowledged: 4 with a message, 5 with the promise of one. */
  readonly type: number;
  readonly flags: number;
  readonly content: string;
}

export interface Twin {
  /** For DISCORD_API_URL. */
  readonly url: string;
  readonly channel: string;
  /** What everybody sees, oldest first. */
  messages(): Promise<readonly TwinMessage[]>;
  commands(): Promise<readonly { readonly name: string }[]>;
  /** Types a command as a member with every permission does. */
  slash(subcommand: string, options?: Readonly<Record<string, string | number | boolean>>): Promise<TwinAnswer>;
  press(message: string, button: string): Promise<TwinAnswer>;
  /** A moderator deletes a message. */
  erase(message: string): Promise<void>;
  close(): Promise<void>;
}

const TYPES = { string: 3, number: 4, boolean: 5 } as const;

/** discord-digital-twin on 127.0.0.1, in a process of its own. */
export async function startTwin(token: string): Promise<Twin> {
  const folder = openFolder();
  const child = fork(join(HERE, 'server.js'), [token, folder.path], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    said += text;
  });
  const closed = new Promise<void>(done => child.once('exit', () => done()));
  type Said = { id?: number; is?: unknown; error?: string; url?: string; channel?: string };
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const began = Promise.withResolvers<{ readonly url: string; readonly channel: string }>();
  child.on('message', ({ id, is, error, url, channel }: Said) => {
    if (url !== undefined && channel !== undefined) return began.resolve({ url, channel });
    const call = waiting.get(id ?? -1);
    waiting.delete(id ?? -1);
    if (error === undefined) call?.resolve(is);
    else call?.reject(new Error(error));
  });
  void closed.then(() => {
    const error = new Error(`the twin ended: ${said}`);
    began.reject(error);
    for (const call of waiting.values()) call.reject(error);
  });
  let last = 0;
  const ask = async <T>(call: string, given: object = {}): Promise<T> => {
    const asked = Promise.withResolvers<unknown>();
    last++;
    waiting.set(last, asked);
    child.send({ id: last, call, with: given });
    return (await asked.promise) as T;
  };
  const { url, channel } = await began.promise;
  return {
    url,
    channel,
    messages: () => ask('messages'),
    commands: () => ask('commands'),
    slash: (subcommand, options = {}) =>
      ask('slash', {
        subcommand,
        options: Object.entries(options).map(([name, value]) => ({
          name,
          value,
          type: TYPES[typeof value as keyof typeof TYPES],
        })),
      }),
    press: (message, button) => ask('press', { message, button }),
    erase: message => ask('erase', { message }),
    async close() {
      child.kill('SIGTERM');
      await closed;
      folder.remove();
    },
  };
}
