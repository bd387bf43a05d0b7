import type { RequestListener } from 'node:http';
import { openConsole } from '../channels/console/console.ts';
import { openSafe } from '../channels/console/safe.ts';
import { openDiscord } from '../channels/discord/discord.ts';
import { renderContent as renderEmbed } from '../channels/discord/render.ts';
import { renderContent as renderBlocks } from '../channels/slack/render.ts';
import { openSlack } from '../channels/slack/slack.ts';
import { type Signer, signerOf } from '../channels/webhook/signature.ts';
import { openWebhook } from '../channels/webhook/webhook.ts';
import type { Platform } from '../core/destination.ts';
import type { Channel } from '../ports/channel.ts';
import { ConfigError } from './config-errors.ts';
import { contactOf, type House, type Settings } from './house.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

export interface Channels {
  readonly of: ReadonlyMap<Platform, Channel>;
  /** Listeners for the bot's own port, by path. */
  readonly mounts: ReadonlyMap<string, RequestListener>;
}

/** Opens a channel for each platform; without its token a platform is in safe mode and prints what it would send. */
export function openChannels(house: House, terminal: Terminal): Channels {
  const { environment, clock, log, store } = house;
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
  else
    of.set('discord', openDiscord({ token, apiUrl, log, now: clock.now, kept: store.logins, keep: store.saveLogins }));
  of.set('webhook', openWebhook({ now: clock.now, log, agent: agentOf(house), signersOf: signersOf(house) }));
  return { of, mounts };
}

/**
 * Who signs for the configured webhooks, by address: one for each secret that is named for it.
 * @throws {ConfigError} where a secret is named that is not set, or is none
 */
function signersOf({ environment, config }: Settings): (url: string) => readonly Signer[] {
  const signers = new Map<string, Map<string, Signer>>();
  for (const [at, { to, secret: name }] of config.subscriptions.entries()) {
    if (name === null) continue;
    const wrong = (what: string, fix: string) =>
      new ConfigError([config.fault(['subscriptions', at, 'secret'], what, fix)]);
    const value = environment.secretNamed(name);
    if (value === null) throw wrong(`${name} is not set`, `set ${name} or ${name}_FILE`);
    const own = signers.get(to.channel) ?? new Map<string, Signer>();
    signers.set(to.channel, own);
    try {
      own.set(value, signerOf(value));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw wrong(
        `${name} holds no signing secret: ${error.message}`,
        'set it to "whsec_" and the base64 of 24 to 64 random bytes, or to a text that begins otherwise',
      );
    }
  }
  const listed = new Map([...signers].map(([url, own]) => [url, [...own.values()]]));
  return url => listed.get(url) ?? [];
}

function agentOf(settings: Settings): string {
  const contact = contactOf(settings);
  return `gwanbo/${VERSION}${contact === null ? '' : ` (+${contact})`}`;
}
