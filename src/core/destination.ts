export const PLATFORMS = ['console', 'slack', 'discord', 'webhook'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Where alerts go: a chat channel, written "slack:[TEAM/]CHANNEL", "discord:CHANNEL", "webhook:URL" or "console". */
export interface Destination {
  /**
   * The canonical form, what subscriptions and deliveries refer to: the same for every way to write one channel. Without
   * Slack's team, since the ids of its channels are unique across teams.
   */
  readonly id: string;
  readonly platform: Platform;
  /** Slack's team where one was written, else null. */
  readonly workspace: string | null;
  /** The platform's channel id, the address of a webhook; empty for the console. */
  readonly channel: string;
}

/** Thrown where a text names no destination; the message says which forms exist. */
export class BadDestination extends Error {
  override readonly name = 'BadDestination';
}

const SLACK_TEAM = /^[TE][A-Z0-9]{2,}$/;
const SLACK_CHANNEL = /^[CGDU][A-Z0-9]{2,}$/;
const DISCORD_SNOWFLAKE = /^[1-9]\d{4,19}$/;

/**
 * Reads the written form of a destination.
 * @throws {BadDestination} for any other text.
 */
export function parseDestination(text: string): Destination {
  const written = text.trim();
  if (written === 'console') return { id: written, platform: 'console', workspace: null, channel: '' };
  const [platform, rest = ''] = split(written, ':');
  if (platform === 'slack') {
    const [before, after] = split(rest, '/');
    const channel = after ?? before;
    const workspace = after === undefined ? null : before;
    if (SLACK_CHANNEL.test(channel) && (workspace === null || SLACK_TEAM.test(workspace)))
      return { id: `slack:${channel}`, platform, workspace, channel };
    throw new BadDestination(
      `"${written}" is no Slack channel: write slack:C0123ABCD, the id that Slack shows at the foot of "View channel details"`,
    );
  }
  if (platform === 'discord') {
    if (DISCORD_SNOWFLAKE.test(rest)) return { id: written, platform, workspace: null, channel: rest };
    throw new BadDestination(
      `"${written}" is no Discord channel: write discord:123456789012345678, the id that "Copy Channel ID" gives in developer mode`,
    );
  }
  if (platform === 'webhook') {
    const url = URL.canParse(rest) ? new URL(rest) : null;
    if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '')
      return { id: `webhook:${url.href}`, platform, workspace: null, channel: url.href };
    // Not quoted: what stands before an "@" in it may be a password.
    throw new BadDestination(
      'this is no webhook: write webhook:https://example.org/hook, an http or https address without user, password and #',
    );
  }
  throw new BadDestination(
    `"${written}" is no destination: write slack:CHANNEL, discord:CHANNEL, webhook:URL or console`,
  );
}

function split(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
