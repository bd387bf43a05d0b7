import type { DiscordJs } from './library.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of Discord's objects a member's permissions in a channel follow from. */
export interface Grounds {
  /** Of the channel, or of the one that a thread belongs to. */
  readonly channel: Json;
  readonly guild: Json;
  /** Our own member of the guild. */
  readonly member: Json;
  /** Our own id. */
  readonly user: string;
}

/**
 * Our permissions in a channel, from what REST tells (documentation, "Permission Overwrites"): the roles together, then
 * the channel's overwrites for everyone, for our roles, for us. An administrator may do everything.
 */
export function permissionsIn({ PermissionFlagsBits }: DiscordJs, { channel, guild, member, user }: Grounds): bigint {
  const everyone = String(guild.id);
  const roles = new Set([everyone, ...listOf(member.roles).map(String)]);
  const held = listOf(guild.roles)
    .map(objectOf)
    .filter(role => roles.has(String(role.id)))
    .reduce((bits, role) => bits | bitsOf(role.permissions), 0n);
  if (guild.owner_id === user || (held & PermissionFlagsBits.Administrator) !== 0n) return ~0n;
  const overwrites = listOf(channel.permission_overwrites).map(objectOf);
  const ours = (concerns: (id: string) => boolean, name: 'allow' | 'deny') =>
    overwrites.filter(one => concerns(String(one.id))).reduce((bits, one) => bits | bitsOf(one[name]), 0n);
  const steps = [
    (id: string) => id === everyone,
    (id: string) => id !== everyone && roles.has(id),
    (id: string) => id === user,
  ];
  return steps.reduce((bits, concerns) => (bits & ~ours(concerns, 'deny')) | ours(concerns, 'allow'), held);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const bitsOf = (value: unknown): bigint => (typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : 0n);
