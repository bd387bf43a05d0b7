import { connect } from 'node:net';
import { isInstalled, outputOf } from './process.ts';

/** What the readers ask for. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Readers at once, each on a connection of its own that it keeps. */
const READERS = 32;
/** Requests of one run, where there is no wrk. */
const REQUESTS = 3_000;

export const hasWrk = isInstalled('wrk');

/** Lets many readers ask again and again, and gives the requests a second that were answered. */
export async function readMany(asked: Asked): Promise<number> {
  return hasWrk ? runWrk(asked) : readOverSockets(asked);
}

async function runWrk({ url, headers }: Asked): Promise<number> {
  const said = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const printed = await outputOf(['wrk', '-t1', `-c${READERS}`, '-d1s', ...said, url]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]);
  if (!Number.isFinite(rate) || /Non-2xx|Socket errors/.test(printed)) throw new Error(`wrk failed: ${printed}`);
  return rate;
}

/** Counts bytes instead of parsing, since the answers to one request are all of one length: the server is the slower one. */
async function readOverSockets({ url, headers }: Asked): Promise<number> {
  const { hostname, port, pathname, host } = new URL(url);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
  const length = await lengthOfAnswer(hostname, Number(port), request);
  let left = REQUESTS;
  const start = performance.now();
  const reader = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      let missing = length;
      const ask = () => (left-- > 0 ? socket.write(request) : socket.destroy());
      socket
        .on('connect', ask)
        .on('close', () => resolve())
        .on('error', reject);
      socket.on('data', chunk => {
        missing -= chunk.length;
        if (missing > 0) return;
        missing = length;
        ask();
      });
    });
  await Promise.all(Array.from({ length: READERS }, reader));
  return REQUESTS / ((performance.now() - start) / 1000);
}

/** Header and body of one answer, in bytes; it is over when nothing more comes. */
function lengthOfAnswer(host: string, port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let length = 0;
    const socket = connect({ host, port }, () => socket.write(request));
    socket.setTimeout(300, () => socket.destroy());
    socket.on('data', chunk => (length += chunk.length));
    socket.on('close', () => resolve(length)).on('error', reject);
  });
}
