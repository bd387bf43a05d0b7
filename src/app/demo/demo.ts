import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPrinted } from '../../channels/console/safe.ts';
import { renderContent as renderEmbed } from '../../channels/discord/render.ts';
import { renderContent as renderBlocks } from '../../channels/slack/render.ts';
import type { Channel } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Channels } from '../channels.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import { readDuration } from '../config-source.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { readEnvironment } from '../environment.ts';
import { Trouble } from '../errors.ts';
import { openLog } from '../log.ts';
import { painter, type Terminal } from '../terminal.ts';
import { type SampleSite, startSampleSite } from './sample-site.ts';

/** The two channels, as they would be called on their platforms. */
const CHANNELS = {
  slack: {
    to: 'slack:C0DEMOTRADE',
    name: '#trade-desk',
    on: 'Slack',
    query: 'topic:steel OR topic:trade-remedies OR topic:trade-agreements',
  },
  discord: {
    to: 'discord:100000000000000001',
    name: '#chips-and-cells',
    on: 'Discord',
    query: 'topic:semiconductors OR topic:batteries',
  },
} as const;

/** The baseline is read within the first second; what is published before it would be no news. */
const BEFORE_FIRST = 1_500;

/** In the demo only what goes wrong is logged: the rest is on the screen. */
export const openDemoLog = (): Log => openLog({ level: 'error', terminal: true, secrets: [] });

/**
 * Everything at once on this machine alone: a sample site publishes a release every few seconds, the bot watches it,
 * and two channels that are printed instead of posted to fill up. Its database is a temporary one.
 * @throws {Trouble} for a time that is none
 */
export async function startDemo({ every }: { readonly every: string }, terminal: Terminal, log: Log): Promise<Daemon> {
  const between = /^[1-9]\d{0,5}[smhd]$/.test(every) ? readDuration(every) : null;
  if (between === null)
    throw new Trouble('usage', `--every ${every} is no time`, { fix: 'write a number with s or m, such as 4s' });
  const folder = mkdtempSync(join(tmpdir(), 'gwanbo-demo-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // A second Ctrl-C ends the process at once: the folder goes all the same.
  process.once('exit', removeFolder);
  const site = await startSampleSite(systemClock);
  const removeAll = async () => {
    await site.close();
    removeFolder();
    process.off('exit', removeFolder);
  };
  try {
    const environment = { ...readEnvironment({ DATABASE_URL: `sqlite:${join(folder, 'demo.db')}` }, String), port: 0 };
    const settings = { environment, config: loadConfig('the demo', configOf(site)), log, clock: systemClock };
    terminal.note(`A sample site, ${site.institution.name}, is at ${site.url}\n`);
    const daemon = await startDaemon(settings, terminal, simulate);
    const stopping = new AbortController();
    const publishing = publishAll(site, between, terminal, stopping.signal);
    return {
      url: daemon.url,
      async stop() {
        stopping.abort();
        await publishing;
        await daemon.stop();
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

async function publishAll(site: SampleSite, between: number, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const paint = painter(terminal);
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  await wait(BEFORE_FIRST);
  while (!signal.aborted) {
    const published = site.publish();
    if (published === null) {
      terminal.show(
        { event: 'finished' },
        'The sample site has published everything. Feed and page stay up; Ctrl-C ends the demo.',
      );
      return;
    }
    const { number, title } = published;
    terminal.show(
      { event: 'published', number, title },
      paint('cyan', `${site.institution.short} publishes no. ${number}: ${title}\n`),
    );
    await wait(between);
  }
}

function configOf(site: SampleSite): string {
  const { name, short } = site.institution;
  const source = {
    id: 'sample',
    kind: 'board',
    url: site.listUrl,
    name: short,
    title: `${name}, press releases`,
    zone: 'Asia/Seoul',
    every: '1s',
    republish: 'full',
  };
  const subscriptions = Object.values(CHANNELS).map(({ to, query }) => ({ to, query }));
  // JSON is YAML.
  return JSON.stringify({ sources: [source], subscriptions });
}

function simulate(_: unknown, terminal: Terminal): Channels {
  const paint = painter(terminal);
  const open = (platform: 'slack' | 'discord', render: Channel['render']) => {
    const { name, on } = CHANNELS[platform];
    return openPrinted({
      ...terminal,
      platform,
      render,
      heading: () => paint('green', `--> ${name} on ${on}`),
      event: { event: 'alert' },
      outcome: message => ({ is: 'sent', receipt: { channel: name, message: message.key } }),
      changed: receipt => ({ is: 'sent', receipt }),
      unasked: 'the demo prints its messages and keeps no record of them',
      status: { state: 'ready', what: null, fix: null },
    });
  };
  return {
    of: new Map([['slack', open('slack', renderBlocks)] as const, ['discord', open('discord', renderEmbed)] as const]),
    mounts: new Map(),
  };
}
