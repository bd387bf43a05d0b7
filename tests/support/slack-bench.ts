import { openSlack, type SlackChannel } from '../../src/channels/slack/slack.ts';
import { type Destination, parseDestination } from '../../src/core/destination.ts';
import type { Fields, Log } from '../../src/ports/runtime.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from './fake-slack.ts';

export interface Line {
  readonly level: string;
  readonly fields: Fields;
  readonly message: string;
}

export function recordLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (level: string) => (fields: Fields, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** The real Slack channel against a fake Slack. */
export interface SlackBench {
  readonly slack: FakeSlack;
  readonly channel: SlackChannel;
  readonly trade: Destination;
  readonly log: ReturnType<typeof recordLog>;
  close(): Promise<void>;
}

export async function openBench(
  how: FakeSlackOptions & {
    readonly socket?: boolean;
    readonly http?: boolean;
    readonly now?: () => Temporal.Instant;
    readonly token?: string;
    readonly app?: string;
    readonly apiUrl?: string;
  } = {},
): Promise<SlackBench> {
  const slack = await startFakeSlack(how);
  const log = recordLog();
  const channel = openSlack({
    botToken: how.token ?? slack.botToken,
    appToken: how.socket ? (how.app ?? slack.appToken) : undefined,
    signingSecret: how.http ? slack.signingSecret : undefined,
    apiUrl: how.apiUrl ?? slack.url,
    log,
    now: how.now ?? (() => Temporal.Now.instant()),
  });
  return {
    slack,
    channel,
    log,
    trade: parseDestination('slack:C0TRADE'),
    close: async () => {
      await channel.close();
      await slack.close();
    },
  };
}
