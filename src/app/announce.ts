import type { Platform } from '../core/destination.ts';
import type { Channel } from '../ports/channel.ts';
import type { Log } from '../ports/runtime.ts';
import type { Config } from './config.ts';
import type { SourceConfig } from './config-source.ts';
import type { Environment } from './environment.ts';
import { incidentLines } from './incident-print.ts';
import { duration, hang } from './layout.ts';
import { polledLine } from './print.ts';
import { painter, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';
import type { Polled } from './watch.ts';

/** Names as people write them. */
const NAMES: Readonly<Record<Platform, string>> = {
  console: 'Console',
  slack: 'Slack',
  discord: 'Discord',
  webhook: 'Webhook',
};

/** What `start` says first: where to look, what is watched, what is missing. */
export function announce(
  at: {
    readonly url: string;
    readonly config: Pick<Config, 'unused'>;
    readonly sources: readonly Pick<SourceConfig, 'name' | 'url' | 'every'>[];
    readonly environment: Environment;
    readonly channels: ReadonlyMap<Platform, Channel>;
  },
  terminal: Terminal,
): void {
  const { url, config, sources, environment, channels } = at;
  const paint = painter(terminal);
  const line = (label: string, text: string) => {
    const [first = '', ...rest] = hang(label.padEnd(10), text, terminal.columns);
    return [first.replace(label, found => paint('dim', found)), ...rest].join('\n');
  };
  const unused = [...config.unused, ...environment.unused];
  const lines = [
    paint('bold', `gwanbo ${VERSION} listens at ${url}`),
    line('feed', `${url}/feed.atom`),
    ...sources.map(source => line('watches', `${source.name} (${source.url}) every ${duration(source.every)}`)),
    ...[...channels.values()].flatMap(channel => {
      const { state, what } = channel.status();
      return state === 'safe' && what !== null ? [line(NAMES[channel.platform], `safe mode: ${what}`)] : [];
    }),
    ...unused.map(({ at, what }) => line('ignored', `${at}: ${what}`)),
  ];
  terminal.show({ event: 'listening', url, version: VERSION }, `${lines.join('\n')}\n`);
}

/**
 * Tells of polls: people hear of news, of trouble when it begins and when it ends, never of every round. Incidents are
 * not printed where the console is told of them anyway.
 * @param operations the destination that gets the notices of incidents
 */
export function tellPolled(terminal: Terminal, log: Log, operations: string): (polled: Polled | null) => void {
  const ill = new Set<string>();
  return polled => {
    if (polled === null) return;
    const { incidents = [], ...line } = polled;
    const { source, status } = polled;
    const wasIll = ill.has(source);
    if (status === 'unhealthy') ill.add(source);
    else ill.delete(source);
    const news = status === 'new' || status === 'baseline' || (status === 'unhealthy') !== wasIll;
    const recovered = wasIll && status !== 'unhealthy' ? ' (it can be read again)' : '';
    terminal.show({ event: 'polled', ...line }, news ? `${polledLine(polled, terminal)}${recovered}` : null);
    if (status === 'unhealthy' && !wasIll) log.warn({ ...line }, 'a source cannot be read');
    else log.debug({ ...line }, 'polled');
    for (const incident of incidents) {
      const event = incident.closedAt === null ? 'opened' : 'closed';
      const text = operations === 'console' ? null : incidentLines(incident, terminal).join('\n');
      terminal.show({ event: 'incident', is: event, ...incident }, text);
      log.warn({ incident: incident.id, source, kind: incident.kind, what: incident.what }, `incident ${event}`);
    }
  };
}

/** Tells how a channel with a token came up: connected, or out of order with the variable to look at and what to do. */
export function tellChannel(terminal: Terminal): (channel: Channel) => void {
  return channel => {
    const { platform } = channel;
    const { state, what, fix } = channel.status();
    // A terminal and a webhook have nobody to connect to.
    if (platform === 'console' || platform === 'webhook' || state === 'safe') return;
    const said = what ?? (state === 'ready' ? 'connected' : 'connecting');
    const lines = [
      ...hang(`${NAMES[platform]}: `, said, terminal.columns, 2),
      ...(fix === null ? [] : hang('  ', fix, terminal.columns)),
    ];
    terminal.show({ event: 'channel', platform, state, what, fix }, lines.join('\n'));
  };
}

/** Rejections that a line of the log names; a source of which more is odd is in trouble as a whole. */
const NAMED = 20;

/** Tells of what was listed and could not be read: once, until it is something else. */
export function tellRejected(log: Log): (polled: Polled | null) => void {
  const told = new Map<string, string>();
  return polled => {
    if (!polled?.rejected) return;
    const { source, rejected } = polled;
    const what = rejected.map(({ at, reason }) => `${at}: ${reason}`);
    const before = told.get(source) ?? '';
    told.set(source, what.join('\n'));
    if (what.length === 0 || what.join('\n') === before) return;
    log.warn({ source, count: what.length, rejected: what.slice(0, NAMED) }, 'some of what is listed was not read');
  };
}
