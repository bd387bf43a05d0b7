import type { ButtonInteraction, ChatInputCommandInteraction } from 'discord.js';
import type { Asker } from '../../core/command.ts';
import { isForumKind } from './forums.ts';
import type { DiscordJs } from './library.ts';

/** What we need in a channel to post there and to find again what we posted, with the names people see in Discord. */
const POSTING = [
  ['ViewChannel', 'View Channel'],
  ['SendMessages', 'Send Messages'],
  ['EmbedLinks', 'Embed Links'],
  ['ReadMessageHistory', 'Read Message History'],
] as const;
const THREAD_POSTING = ['SendMessagesInThreads', 'Send Messages in Threads'] as const;

/** Names by permission, for those that `lacking` in gateway.ts may report. */
export function namesOf(discord: DiscordJs, permissions: readonly bigint[]): string {
  const names = [...POSTING, THREAD_POSTING].filter(([flag]) =>
    permissions.includes(discord.PermissionFlagsBits[flag]),
  );
  return names.map(([, name]) => name).join(', ');
}

/**
 * What posting takes: in a thread, Send Messages in Threads instead of Send Messages; in a forum both, the one for posts
 * and the other for what is added to them.
 * @param kind Discord's number for the kind of channel
 */
export function neededFor({ PermissionFlagsBits }: DiscordJs, kind: number | null): readonly bigint[] {
  const [threads] = THREAD_POSTING;
  const flags = POSTING.map(
    ([flag]) => PermissionFlagsBits[isThread(kind) && flag === 'SendMessages' ? threads : flag],
  );
  return isForumKind(kind) ? [...flags, PermissionFlagsBits[threads]] : flags;
}

/** Threads of an announcement channel, public ones and private ones. */
const isThread = (kind: number | null): boolean => kind === 10 || kind === 11 || kind === 12;

/**
 * Who asks, from Discord's own word in this very interaction: the rights of the member and of the bot in the channel
 * that would change. A person may do in their direct messages what they like.
 */
export function askerOf(discord: DiscordJs, interaction: ChatInputCommandInteraction): Asker {
  const asker = { id: `discord:${interaction.user.id}`, here: `discord:${interaction.channelId}` };
  if (interaction.options.getSubcommandGroup(false) !== null) {
    const manages = managing(discord, interaction);
    return { ...asker, mayChange: manages, manages };
  }
  return {
    ...asker,
    mayChange: (interaction.guildId === null ? elsewhere(interaction) : refusal(discord, interaction)) ?? true,
  };
}

/** Sources are everybody's: in direct messages nobody has a say in them. */
function managing(discord: DiscordJs, interaction: ChatInputCommandInteraction): true | string {
  const theirs = interaction.memberPermissions;
  if (interaction.guildId === null) return 'sources are changed in a server: give the command there';
  if (theirs === null) return 'Discord did not say what you may do here, so nothing was changed';
  const { ManageGuild, ManageChannels } = discord.PermissionFlagsBits;
  if (theirs.has(ManageGuild) || theirs.has(ManageChannels)) return true;
  return 'this takes the permission Manage Server, or Manage Channels in this channel';
}

/** Who pressed a button: what it changes is what is posted in the channel of its message. */
export function presserOf(discord: DiscordJs, interaction: ButtonInteraction): Asker {
  const { PermissionFlagsBits } = discord;
  const asker = { id: `discord:${interaction.user.id}`, here: `discord:${interaction.channelId}` };
  if (interaction.guildId === null) return { ...asker, mayChange: true };
  const manages = interaction.memberPermissions?.has(PermissionFlagsBits.ManageChannels) ?? false;
  return {
    ...asker,
    mayChange: manages || 'changing what is posted in this channel takes the permission Manage Channels there',
  };
}

/** In direct messages nobody's rights in a channel of a server are known. */
function elsewhere(interaction: ChatInputCommandInteraction): string | null {
  const named = interaction.options.getChannel('channel');
  if (named === null || named.id === interaction.channelId) return null;
  return 'from direct messages no other channel can be named: give the command in the server';
}

/** Why the change may not be made, null where it may. */
function refusal(discord: DiscordJs, interaction: ChatInputCommandInteraction): string | null {
  const { member, bot, kind, name } = targetOf(interaction);
  const { PermissionsBitField, PermissionFlagsBits } = discord;
  if (member === null) return `Discord did not say what you may do in ${name}, so nothing was changed`;
  const theirs = new PermissionsBitField(member);
  if (!theirs.has(PermissionFlagsBits.ViewChannel)) return `you cannot see ${name}`;
  if (!theirs.has(PermissionFlagsBits.ManageChannels))
    return `changing what is posted in ${name} takes the permission Manage Channels there`;
  if (bot === null || interaction.options.getSubcommand() !== 'follow') return null;
  const ours = new PermissionsBitField(bot);
  const lacking = namesOf(
    discord,
    neededFor(discord, kind).filter(permission => !ours.has(permission)),
  );
  if (lacking === '') return null;
  return `gwanbo cannot post in ${name} yet. Missing there: ${lacking}. Grant that to gwanbo's role and follow again`;
}

interface Target {
  /** Permissions of the asking member and of the bot; null where Discord did not say. */
  readonly member: bigint | null;
  readonly bot: bigint | null;
  /** Discord's number; null where it was not told. */
  readonly kind: number | null;
  readonly name: string;
}

/** The channel named in the command, else the one it was given in. */
function targetOf(interaction: ChatInputCommandInteraction): Target {
  const named = interaction.options.getChannel('channel');
  const here: Target = {
    member: interaction.memberPermissions?.bitfield ?? null,
    bot: interaction.appPermissions.bitfield,
    kind: interaction.channel?.type ?? null,
    name: 'this channel',
  };
  if (named === null || named.id === interaction.channelId) return here;
  return {
    member: bitsOf(named.permissions),
    bot: bitsOf('appPermissions' in named ? named.appPermissions : fieldOf(named, 'app_permissions')),
    kind: named.type,
    name: `#${named.name ?? named.id}`,
  };
}

/**
 * Whom to mention with each alert. Someone who may not notify a role by hand shall not do it through the bot.
 * @returns null where nobody is named
 */
export function mentionOf(
  discord: DiscordJs,
  interaction: ChatInputCommandInteraction,
): { readonly mention: string } | { readonly refused: string } | null {
  const named = interaction.options.get('mention');
  if (named === null) return null;
  if (!named.role) return { mention: `user:${String(named.value)}` };
  if (named.role.id === interaction.guildId)
    return { refused: '@everyone is not offered as a mention: choose a role or a person' };
  const theirs = new discord.PermissionsBitField(targetOf(interaction).member ?? 0n);
  if (named.role.mentionable || theirs.has(discord.PermissionFlagsBits.MentionEveryone))
    return { mention: `role:${named.role.id}` };
  return {
    refused: `you may not mention the role ${named.role.name}: it is not open to everyone, and you lack Mention Everyone`,
  };
}

/** Permissions as the library gives them: computed for channels it knows, as sent (a decimal text) for others. */
function bitsOf(permissions: unknown): bigint | null {
  const bits = typeof permissions === 'object' && permissions !== null ? fieldOf(permissions, 'bitfield') : permissions;
  if (typeof bits === 'bigint') return bits;
  return typeof bits === 'string' && /^\d+$/.test(bits) ? BigInt(bits) : null;
}

function fieldOf(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}
