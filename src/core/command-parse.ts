import { type Command, LISTS } from './command.ts';
import { parseEdit, parseFollow } from './command-follow.ts';
import { parseSource } from './command-source.ts';
import {
  type Misread,
  readNumber,
  readOption,
  readQuery,
  shorten,
  splitWords,
  straighten,
  suggest,
} from './command-words.ts';
import { PAUSES } from './pause.ts';
import { SETTINGS, type Settings } from './settings.ts';

export const VERBS = [
  'follow',
  'edit',
  'unfollow',
  'list',
  'pause',
  'resume',
  'settings',
  'preview',
  'search',
  'latest',
  'why',
  'show',
  'topics',
  'feed',
  'status',
  'source',
  'test',
  'help',
] as const;

/**
 * Reads a command as it is typed in a chat: "follow steel country:ca --style compact". Quotes within the query are
 * kept, curly ones become straight, and a dash that a keyboard made out of "--" is read as "--".
 * @param text what stands after the name of the bot; channels and people may be written as Slack links them (`<#C1|x>`)
 */
export function parseCommand(text: string): Command | Misread {
  const words = splitWords(straighten(text));
  if ('error' in words) return words;
  const [first, ...rest] = words;
  if (first === undefined) return { verb: 'help' };
  const verb = first.toLowerCase();
  switch (verb) {
    case 'follow':
      return parseFollow(rest);
    case 'edit':
      return parseEdit(rest);
    case 'list':
    case 'status':
    case 'help':
      return rest.length === 0 ? { verb } : { error: `"${verb}" takes nothing after it: type just ${verb}` };
    case 'unfollow': {
      const [target] = rest;
      if (rest.length === 1 && target?.toLowerCase() === 'all') return { verb, target: 'all' };
      return withNumber(verb, rest);
    }
    case 'pause':
      return parsePause(rest);
    case 'resume':
    case 'test':
      return rest.length === 0 ? { verb, target: null } : withNumber(verb, rest);
    case 'settings':
      return parseSettingsCommand(rest);
    case 'preview':
      return parsePreview(rest);
    case 'search':
    case 'latest': {
      const query = readQuery(rest);
      if (query === '' && verb === 'latest') return { verb, query: null };
      if (query === '') return { error: 'Say what to search for, for example: search steel country:ca' };
      return typeof query === 'string' ? { verb, query } : query;
    }
    case 'why':
      return parseWhy(rest);
    case 'show': {
      const release = readRelease(rest[0]);
      return rest.length === 1 && release !== null ? { verb, release } : { error: `${NAME_ONE}: show motir/2-2441` };
    }
    case 'topics':
      return parseTopics(rest);
    case 'feed':
      return parseFeed(rest);
    case 'source':
      return parseSource(rest);
    default:
      return { error: `There is no command "${shorten(first)}".${suggest(verb, VERBS)} Type help to see them all` };
  }
}

/** "settings", or "settings --zone Asia/Seoul --quiet 22:00-07:00". */
function parseSettingsCommand(words: readonly string[]): Command | Misread {
  const changes: Record<string, string> = {};
  const names = Object.entries(SETTINGS).map(([key, { option }]) => [option, key] as const);
  for (let at = 0; at < words.length; at++) {
    const option = readOption(words[at] ?? '');
    if (!option) return { error: 'Write settings alone to see them, or for example: settings --quiet 22:00-07:00' };
    const { name } = option;
    const key = names.find(([known]) => known === name)?.[1];
    if (key === undefined)
      return {
        error: `There is no setting --${name}.${suggest(
          name,
          names.map(([known]) => known),
          '--',
        )}`,
      };
    const value = option.value ?? words[++at];
    if (value === undefined || value === '')
      return { error: `--${name} needs ${SETTINGS[key as keyof Settings].expects}` };
    changes[key] = value;
  }
  return { verb: 'settings', changes };
}

/** "preview steel --days 90": the option stands at the end. */
function parsePreview(words: readonly string[]): Command | Misread {
  const at = words.findIndex(word => /^(?:--|[—–])days(?:=|$)/i.test(word));
  const [option = '', ...after] = at < 0 ? [] : words.slice(at);
  const written = option.includes('=') ? [option.slice(option.indexOf('=') + 1), ...after] : after;
  const days = /^[1-9]\d{0,4}$/.exec(written[0] ?? '')?.[0];
  if (at >= 0 && (written.length !== 1 || days === undefined))
    return { error: '--days needs a whole number at the end: preview steel country:ca --days 90' };
  const query = readQuery(at < 0 ? words : words.slice(0, at));
  if (query === '') return { error: 'Say what to look at, for example: preview steel country:ca' };
  return typeof query === 'string' ? { verb: 'preview', query, days: days === undefined ? null : Number(days) } : query;
}

const NAME_ONE = 'Give the id of a release, as latest and search show it';

function parseWhy([written, number, ...more]: readonly string[]): Command | Misread {
  const release = readRelease(written);
  const target = readNumber(number);
  if (release === null || more.length > 0 || (number !== undefined && target === null))
    return { error: `${NAME_ONE}, and the number of a subscription if you like: why motir/2-2441 12` };
  return { verb: 'why', release, target };
}

/** A source and a key, each one plain word; null for anything else. */
function readRelease(written: string | undefined): string | null {
  return /^[A-Za-z0-9][\w.-]{0,79}\/[A-Za-z0-9][\w.~-]{0,79}$/.test(written ?? '') ? (written ?? null) : null;
}

/** "topics", or "topics countries". */
function parseTopics([written = 'topics', ...more]: readonly string[]): Command | Misread {
  const list = LISTS.find(known => known === written.toLowerCase());
  if (list !== undefined && more.length === 0) return { verb: 'topics', list };
  if (list !== undefined) return { error: `"topics ${list}" takes nothing after it` };
  return {
    error: `There is no list of ${shorten(written)}.${suggest(written.toLowerCase(), LISTS, 'topics ')} There are topics, topics countries and topics agencies`,
  };
}

/** "feed", "feed steel country:ca", or "feed #12"; a bare number is a word to look for. */
function parseFeed(words: readonly string[]): Command | Misread {
  const target = words.length === 1 && words[0]?.startsWith('#') ? readNumber(words[0]) : null;
  if (target !== null) return { verb: 'feed', query: null, target };
  const query = readQuery(words);
  return typeof query === 'string' ? { verb: 'feed', query: query === '' ? null : query, target: null } : query;
}

/** "pause 12", or "pause 12 --for 3d". */
function parsePause(words: readonly string[]): Command | Misread {
  const at = words.findIndex(word => readOption(word)?.name === 'for');
  if (at < 0) return withNumber('pause', words);
  const paused = withNumber('pause', words.slice(0, at));
  if ('error' in paused) return paused;
  const time = readOption(words[at] ?? '')?.value ?? words[at + 1];
  const after = words.slice(at + (readOption(words[at] ?? '')?.value === undefined ? 2 : 1));
  return time === undefined || time === '' || after.length > 0
    ? { error: `--for needs ${PAUSES}, at the end: pause 12 --for 3d` }
    : { ...paused, for: time };
}

function withNumber<Verb extends 'unfollow' | 'pause' | 'resume' | 'test'>(
  verb: Verb,
  words: readonly string[],
): { readonly verb: Verb; readonly target: number } | Misread {
  const target = readNumber(words[0]);
  if (words.length === 1 && target !== null) return { verb, target };
  const all = verb === 'unfollow' ? ', or unfollow all' : '';
  return { error: `Give the number of one subscription, as list shows it: ${verb} 12${all}` };
}
