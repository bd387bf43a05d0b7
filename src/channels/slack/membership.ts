import type { webApi } from '@slack/bolt';
import { parseDestination } from '../../core/destination.ts';
import type { Errors } from './outcomes.ts';
import { readCode } from './outcomes.ts';

/** Pages of a person's channels that are read: ten thousand channels, more than anybody is in. */
const PAGES = 10;
const PAGE = 999;

const INVITE = 'I am not in that channel: type /invite @gwanbo there, then give the command again';
const GUEST = 'guests cannot change what is posted here: ask a full member of this workspace';
const STRANGER = 'people of other workspaces cannot change what is posted here: ask a member of this workspace';
const UNSEEN =
  'I cannot see you in that channel: name one that you are in, and if it is private, type /invite @gwanbo there first';
const ADMINS = 'this takes an admin or an owner of this workspace: ask one of them to give the command';
const DIRECT = 'I post in channels only: give the command in the channel that is to get the releases';

/** Who asks for a change, and where it would take effect. */
export interface Request {
  readonly user: string;
  /** Our own workspace. */
  readonly team: string;
  /** The channel's id in which the command was given. */
  readonly here: string;
  /** The destination that a follow names, in written form; null for here. */
  readonly to: string | null;
  /** Whether the change is to make something be posted, for which the bot has to be in the channel. */
  readonly posts: boolean;
}

/**
 * Asks Slack whether a person may change what is posted in a channel, and joins it where that is needed and possible,
 * so that later its history can be asked.
 * @returns true, or what is missing, as a clause for people
 */
export async function mayChange(request: Request, client: webApi.WebClient, errors: Errors): Promise<true | string> {
  try {
    const person = await judgePerson(request, client);
    if (person !== true) return person;
    const target = readTarget(request);
    if ('missing' in target) return target.missing;
    // Before anything is said about a channel, the person has to be in it: else this would tell of private ones.
    if (target.channel !== request.here && !(await isIn(request.user, target.channel, client))) return UNSEEN;
    return request.posts ? await enter(target.channel, client, errors) : true;
  } catch (error) {
    return unknown(error, errors);
  }
}

/**
 * Asks Slack who a person is in our workspace, whatever the channel: a full member, and an admin or owner of it.
 * @returns for each true, or what is missing, as a clause for people
 */
export async function standingOf(
  { user, team }: Pick<Request, 'user' | 'team'>,
  client: webApi.WebClient,
  errors: Errors,
): Promise<{ readonly mayChange: true | string; readonly manages: true | string }> {
  try {
    const { user: person } = await client.users.info({ user });
    const belongs = judge(person, team);
    const leads = person?.is_admin || person?.is_owner || person?.is_primary_owner;
    return { mayChange: belongs, manages: belongs !== true ? belongs : leads ? true : ADMINS };
  } catch (error) {
    const missing = unknown(error, errors);
    return { mayChange: missing, manages: missing };
  }
}

function unknown(error: unknown, errors: Errors): string {
  const code = error instanceof errors.WebAPIPlatformError ? readCode(error) : null;
  return `Slack did not say whether you may (${code ?? 'no answer'}): try again in a minute`;
}

async function judgePerson({ user, team }: Request, client: webApi.WebClient): Promise<true | string> {
  const { user: person } = await client.users.info({ user });
  return judge(person, team);
}

function judge(person: webApi.UsersInfoResponse['user'], team: string): true | string {
  if (!person || person.deleted || person.is_bot) return 'only people may do this';
  const teams = [person.team_id, ...(person.enterprise_user?.teams ?? [])];
  if (person.is_stranger || !teams.includes(team)) return STRANGER;
  return person.is_restricted || person.is_ultra_restricted ? GUEST : true;
}

function readTarget({ here, to, team }: Request): { readonly channel: string } | { readonly missing: string } {
  const target = to === null ? { platform: 'slack', workspace: null, channel: here } : parseDestination(to);
  if (target.platform !== 'slack') return { missing: 'from Slack only channels of Slack can be named' };
  if (target.workspace !== null && target.workspace !== team)
    return { missing: 'that channel is in another workspace' };
  return /^[CG]/.test(target.channel) ? { channel: target.channel } : { missing: DIRECT };
}

/** Only channels that the bot sees too are listed: all public ones, and the private ones it was invited to. */
async function isIn(user: string, channel: string, client: webApi.WebClient): Promise<boolean> {
  let cursor = '';
  for (let page = 0; page < PAGES; page++) {
    const found = await client.users.conversations({
      user,
      types: 'public_channel,private_channel',
      exclude_archived: false,
      limit: PAGE,
      ...(cursor === '' ? {} : { cursor }),
    });
    if (found.channels?.some(({ id }) => id === channel)) return true;
    cursor = found.response_metadata?.next_cursor ?? '';
    if (cursor === '') return false;
  }
  return false;
}

async function enter(channel: string, client: webApi.WebClient, errors: Errors): Promise<true | string> {
  try {
    const { channel: found } = await client.conversations.info({ channel });
    if (found?.is_archived) return 'that channel is archived';
    if (found?.is_member) return true;
    if (!found || found.is_private) return INVITE;
    await client.conversations.join({ channel });
    return true;
  } catch (error) {
    if (!(error instanceof errors.WebAPIPlatformError)) throw error;
    const code = readCode(error);
    // A private channel that the bot is not in does not exist for it.
    if (code === 'channel_not_found' || code === 'method_not_supported_for_channel_type') return INVITE;
    if (code === 'missing_scope') return INVITE;
    throw error;
  }
}
