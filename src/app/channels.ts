import type { RequestListener } from 'node:http';
import { openConsole } from '../channels/console/console.ts';
import { openSafe } from '../channels/console/safe.ts';
import { openDiscord } from '../channels/discord/discord.ts';
import { renderContent as renderEmbed } from '../channels/discord/render.ts';
import { renderContent as renderBlocks } from '../channels/slack/render.ts';
import { openSlack } from '../channels/slack/slack.ts';
import type { Platform } from '../core/destination.ts';
import type { Channel } from '../ports/channel.ts';
import type { Settings } from './house.ts';
import type { Terminal } from './terminal.ts';

export interface Channels {
  readonly of: ReadonlyMap<Platform, Channel>;
  /** Listeners for the bot's own port, by path. */
  readonly mounts: ReadonlyMap<string, RequestListener>;
}

/** Opens a channel for each platform; without its token a platform is in safe mode and prints what it would send. */
export function openChannels({ environment, clock, log }: Settings, terminal: Terminal): Channels {
  const { slack, discord } = environment;
  const of = new Map<Platform, Channel>([['console', openConsole(terminal)]]);
  const mounts = new Map<string, RequestListener>();

  if (slack.botToken === null)
    of.set('slack', openSafe({ ...terminal, platform: 'slack', variable: 'SLACK_BOT_TOKEN', render: renderBlocks }));
  else {
    const { botToken, appToken, signingSecret, apiUrl } = slack;
    const channel = openSlack({
      botToken,
      appToken: appToken ?? undefined,
      signingSecret: signingSecret ?? undefined,
      apiUrl,
      log,
      now: clock.now,
    });
    of.set('slack', channel);
    if (channel.listener) mounts.set('/slack/events', channel.listener);
  }

  const { token, apiUrl } = discord;
  if (token === null)
    of.set('discord', openSafe({ ...terminal, platform: 'discord', variable: 'DISCORD_TOKEN', render: renderEmbed }));
  else of.set('discord', openDiscord({ token, apiUrl, log, now: clock.now }));
  return { of, mounts };
}
