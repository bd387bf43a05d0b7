import type { ChatInputCommandInteraction } from 'discord.js';
import { type Changes, type Command, LISTS } from '../../core/command.ts';
import { parseCommand } from '../../core/command-parse.ts';
import { readNumber } from '../../core/command-words.ts';
import { SETTINGS } from '../../core/settings.ts';
import { STYLES } from '../../core/subscription.ts';
import { truncate } from '../../core/text.ts';
import type { DiscordJs } from './library.ts';
import { mentionOf } from './rights.ts';

type Options = ChatInputCommandInteraction['options'];

/** The command a person gave, or what is wrong with it. */
export function readCommand(discord: DiscordJs, interaction: ChatInputCommandInteraction): Command | string {
  const { options } = interaction;
  const verb = options.getSubcommand();
  if (options.getSubcommandGroup(false) === 'source') return readSourceCommand(verb, options);
  switch (verb) {
    case 'follow': {
      const how = readHow(discord, interaction);
      if ('refused' in how) return how.refused;
      const to = options.getChannel('channel');
      const backfill = options.getInteger('backfill');
      return {
        verb,
        query: options.getString('query', true),
        to: to === null ? null : `discord:${to.id}`,
        style: 'card',
        mention: [],
        ...how,
        ...(backfill !== null && { backfill }),
      };
    }
    case 'edit': {
      const how = readHow(discord, interaction);
      if ('refused' in how) return how.refused;
      const query = options.getString('query');
      const changes = { ...(query !== null && { query }), ...how };
      if (Object.keys(changes).length === 0) return 'say what is to change: its query, when, urgent, style or mention';
      return { verb, target: options.getInteger('number', true), changes };
    }
    case 'unfollow': {
      const written = options.getString('number', true).trim().toLowerCase();
      if (written === 'all') return { verb, target: 'all' };
      const target = readNumber(written);
      if (target === null) return `"${truncate(written, 40)}" is no subscription: write its number, or all`;
      return { verb, target };
    }
    case 'pause': {
      const time = options.getString('for');
      return { verb, target: options.getInteger('number', true), ...(time !== null && { for: time }) };
    }
    case 'resume':
    case 'test':
      return { verb, target: options.getInteger('number') };
    case 'preview':
      return { verb, query: options.getString('query', true), days: options.getInteger('days') };
    case 'search':
      return { verb, query: options.getString('query', true) };
    case 'latest':
      return { verb, query: options.getString('query') };
    case 'why':
      return { verb, release: options.getString('release', true), target: options.getInteger('number') };
    case 'show':
      return { verb, release: options.getString('release', true) };
    case 'topics':
      return { verb, list: LISTS.find(list => list === options.getString('list')) ?? 'topics' };
    case 'feed': {
      const [query, target] = [options.getString('query'), options.getInteger('number')];
      return query !== null && target !== null
        ? 'a query and a number are two questions: give one of them'
        : { verb, query, target };
    }
    case 'settings':
      return { verb, changes: readChanges(options) };
    case 'list':
    case 'status':
    case 'help':
      return { verb };
    default:
      return `/gwanbo ${verb} is not known to this version; /gwanbo help lists what is`;
  }
}

function readSourceCommand(action: string, options: Options): Command | string {
  // Typed as on every other platform: an address may stand in <>, which keeps Discord from unfolding it.
  const typed = options.getString('source') ?? options.getString('id') ?? '';
  const read = parseCommand(`source ${action} ${typed}`);
  return 'error' in read ? read.error : read;
}

/** When and how, as far as it was given; or why the mention may not be used. */
function readHow(
  discord: DiscordJs,
  interaction: ChatInputCommandInteraction,
): Omit<Changes, 'query'> | { readonly refused: string } {
  const { options } = interaction;
  const mention = mentionOf(discord, interaction);
  if (mention !== null && 'refused' in mention) return mention;
  const [when, urgent] = [options.getString('when'), options.getBoolean('urgent')];
  const style = STYLES.find(known => known === options.getString('style'));
  return {
    ...(when !== null && { when }),
    ...(urgent !== null && { urgent }),
    ...(style !== undefined && { style }),
    ...(mention !== null && { mention: [mention.mention] }),
  };
}

function readChanges(options: Options): Extract<Command, { readonly verb: 'settings' }>['changes'] {
  const typed = Object.entries(SETTINGS).map(([key, { option }]) => [key, options.getString(option)] as const);
  return Object.fromEntries(typed.filter(([, value]) => value !== null));
}
