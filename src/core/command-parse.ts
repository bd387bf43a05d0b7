import type { Command } from './command.ts';
import { BadDestination, parseDestination } from './destination.ts';
import { nearestWords } from './nearness.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { STYLES, type Style } from './subscription.ts';
import { WHEN_EXAMPLES } from './when.ts';

/** What a person typed that is no command: one sentence, which says what to type instead. */
export interface Misread {
  readonly error: string;
}

export const VERBS = [
  'follow',
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
  'source',
  'status',
  'test',
  'help',
] as const;
const OPTIONS = ['to', 'when', 'urgent', 'style', 'mention'] as const;
type Option = (typeof OPTIONS)[number];

/** Characters of a query typed in chat: longer ones are a paste by mistake, and every release would be held against them. */
export const QUERY_LIMIT = 1000;

/**
 * Reads a command as it is typed in a chat: "follow steel country:ca --style compact". Quotes within the query are
 * kept, curly ones become straight, and a dash that a keyboard made out of "--" is read as "--".
 * @param text what stands after the name of the bot; channels and people may be written as Slack links them (`<#C1|x>`)
 */
export function parseCommand(text: string): Command | Misread {
  const words = split(straighten(text));
  if ('error' in words) return words;
  const [first, ...rest] = words;
  if (first === undefined) return { verb: 'help' };
  const verb = first.toLowerCase();
  switch (verb) {
    case 'follow':
      return parseFollow(rest);
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
    case 'resume':
      return withNumber(verb, rest);
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
    case 'source':
      return parseSource(rest);
    default:
      return { error: `There is no command "${shorten(first)}".${suggest(verb, VERBS)} Type help to see them all` };
  }
}

function parseFollow(words: readonly string[]): Command | Misread {
  const query: string[] = [];
  const mention: string[] = [];
  let to: string | null = null;
  let style: Style = 'card';
  let when: string | undefined;
  let urgent = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      query.push(...words.slice(at + 1));
      break;
    }
    const option = /^(?:--|[—–])([A-Za-z]+)(?:=(.*))?$/s.exec(word);
    if (!option) {
      query.push(word);
      continue;
    }
    const name = option[1]?.toLowerCase() ?? '';
    if (!isOption(name)) return { error: `There is no option --${name}.${suggest(name, OPTIONS, '--')}` };
    if (name === 'urgent' && option[2] === undefined) {
      urgent = true;
      continue;
    }
    const value = option[2] ?? words[++at];
    if (value === undefined || value === '') return { error: `--${name} needs a value: ${EXAMPLE[name]}` };
    if (name === 'to') {
      const read = readTarget(value);
      if (typeof read === 'object' && read !== null) return read;
      to = read;
    } else if (name === 'urgent') {
      return { error: '--urgent takes nothing after it' };
    } else if (name === 'when') {
      const taken = takeWhen(value, words.slice(at + 1));
      when = taken.when;
      at += taken.more;
    } else if (name === 'style') {
      const wanted = STYLES.find(known => known === value.toLowerCase());
      if (!wanted) return { error: `There is no style "${shorten(value)}": write ${EXAMPLE.style}` };
      style = wanted;
    } else {
      for (const who of value.split(',').filter(part => part !== '')) {
        const read = readMention(who);
        if (read === null) return { error: `"${shorten(who)}" is nobody who can be mentioned: ${EXAMPLE.mention}` };
        if (!mention.includes(read)) mention.push(read);
      }
    }
  }
  const wanted = readQuery(query);
  if (typeof wanted !== 'string') return wanted;
  if (wanted === '') return { error: 'Say what to follow, for example: follow steel country:ca' };
  const how = { ...(when !== undefined && { when }), ...(urgent && { urgent }) };
  return { verb: 'follow', query: wanted, to, style, mention, ...how };
}

/** "--when daily 09:00" and "--when weekly mon 09:00" are more than one word; what cannot be part of it is the query. */
function takeWhen(first: string, rest: readonly string[]): { readonly when: string; readonly more: number } {
  const unquoted = first.replaceAll('"', '');
  const kind = unquoted.toLowerCase();
  const more: string[] = [];
  if (kind === 'weekly' && rest[0] !== undefined && /^[a-z]{3,9}$/i.test(rest[0])) more.push(rest[0]);
  const hour = rest[more.length];
  if ((kind === 'daily' || more.length > 0) && hour !== undefined && /^\d{1,2}:\d{2}$/.test(hour)) more.push(hour);
  return { when: [unquoted, ...more].join(' '), more: more.length };
}

/** "settings", or "settings --zone Asia/Seoul --quiet 22:00-07:00". */
function parseSettingsCommand(words: readonly string[]): Command | Misread {
  const changes: Record<string, string> = {};
  const names = Object.entries(SETTINGS).map(([key, { option }]) => [option, key] as const);
  for (let at = 0; at < words.length; at++) {
    const option = /^(?:--|[—–])([A-Za-z-]+)(?:=(.*))?$/s.exec(words[at] ?? '');
    const name = option?.[1]?.toLowerCase() ?? '';
    const key = names.find(([known]) => known === name)?.[1];
    if (!option) return { error: 'Write settings alone to see them, or for example: settings --quiet 22:00-07:00' };
    if (key === undefined)
      return {
        error: `There is no setting --${name}.${suggest(
          name,
          names.map(([known]) => known),
          '--',
        )}`,
      };
    const value = option[2] ?? words[++at];
    if (value === undefined || value === '')
      return { error: `--${name} needs ${SETTINGS[key as keyof Settings].expects}` };
    changes[key] = value;
  }
  return { verb: 'settings', changes };
}

function readQuery(words: readonly string[]): string | Misread {
  const query = (words[0] === '--' ? words.slice(1) : words).join(' ');
  return query.length > QUERY_LIMIT
    ? { error: `The query has ${query.length} characters; at most ${QUERY_LIMIT} are read` }
    : query;
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

/** Characters of an address typed in chat: longer ones are no address of a feed. */
export const LONGEST_TARGET = 500;

const ACTIONS = ['list', 'presets', 'add', 'try', 'remove'] as const;

function parseSource([written = 'list', typed, ...more]: readonly string[]): Command | Misread {
  const action = ACTIONS.find(known => known === written.toLowerCase());
  if (action === undefined) {
    const near = suggest(written.toLowerCase(), ACTIONS, 'source ');
    return { error: `There is no command "source ${shorten(written)}".${near} There are source ${ACTIONS.join(', ')}` };
  }
  if (action === 'list' || action === 'presets')
    return typed === undefined ? { verb: 'source', action } : { error: `"source ${action}" takes nothing after it` };
  if (typed === undefined || more.length > 0)
    return {
      error:
        action === 'remove'
          ? 'Give the id of one source, as source list shows it: source remove wto'
          : `Give the name of a preset or one address: source ${action} wto, source ${action} https://www.example.org/feed.xml`,
    };
  // Slack links addresses (<https://a.example/|a.example>), people put them in <> so that nothing is unfolded.
  const target = /^<([^|<>]+)(?:\|[^<>]*)?>$/.exec(typed)?.[1] ?? typed;
  if (target.length > LONGEST_TARGET)
    return { error: `The address has ${target.length} characters; at most ${LONGEST_TARGET} are read` };
  if (action !== 'remove') return { verb: 'source', action, target };
  const id = /^(?:source:)?([a-z0-9]+(?:-[a-z0-9]+)*)$/i.exec(target)?.[1]?.toLowerCase();
  return id === undefined
    ? { error: `"${shorten(target)}" is no id of a source: source list shows them` }
    : { verb: 'source', action, id };
}

const NAME_ONE = 'Give the id of a release, as latest and search show it';

function parseWhy([written, number, ...more]: readonly string[]): Command | Misread {
  const release = readRelease(written);
  const target = /^#?([1-9]\d{0,14})$/.exec(number ?? '')?.[1];
  if (release === null || more.length > 0 || (number !== undefined && target === undefined))
    return { error: `${NAME_ONE}, and the number of a subscription if you like: why motir/2-2441 12` };
  return { verb: 'why', release, target: target === undefined ? null : Number(target) };
}

/** A source and a key, each one plain word; null for anything else. */
function readRelease(written: string | undefined): string | null {
  return /^[A-Za-z0-9][\w.-]{0,79}\/[A-Za-z0-9][\w.~-]{0,79}$/.test(written ?? '') ? (written ?? null) : null;
}

const EXAMPLE: Readonly<Record<Option, string>> = {
  to: 'name a channel (--to #trade-news), or leave it out for this one',
  when: WHEN_EXAMPLES,
  urgent: 'write it alone',
  style: 'card, compact or full',
  mention: 'name a person or a group (--mention @ana), or write --mention here',
};

/** The destination's written form, or null for "here". */
function readTarget(written: string): string | null | Misread {
  if (written.toLowerCase() === 'here') return null;
  const linked = /^<#([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written);
  if (written.startsWith('#'))
    return {
      error: `There is no channel ${shorten(written)} that you and I can both see: pick it from the list that opens after #`,
    };
  try {
    const target = linked ? `slack:${linked[1]}` : written;
    parseDestination(target);
    return target;
  } catch (error) {
    if (error instanceof BadDestination) return { error: error.message };
    throw error;
  }
}

/** "user:U1", "group:S1", "role:123" or "here", however it was written; null where it is none of them. */
function readMention(written: string): string | null {
  const person = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written);
  if (person) return `user:${person[1]}`;
  const group = /^<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written);
  if (group) return `group:${group[1]}`;
  if (/^(?:@?here|<!here(?:\|[^>]*)?>)$/i.test(written)) return 'here';
  return /^(?:user|group|role):[A-Za-z0-9]+$/.test(written) ? written : null;
}

function withNumber(verb: 'unfollow' | 'pause' | 'resume' | 'test', words: readonly string[]): Command | Misread {
  const target = /^#?([1-9]\d{0,14})$/.exec(words[0] ?? '')?.[1];
  if (words.length === 1 && target !== undefined) return { verb, target: Number(target) };
  const all = verb === 'unfollow' ? ', or unfollow all' : '';
  return { error: `Give the number of one subscription, as list shows it: ${verb} 12${all}` };
}

const isOption = (name: string): name is Option => (OPTIONS as readonly string[]).includes(name);

/** Keyboards make curly quotes; the query language and the search for options know the straight ones. */
const straighten = (text: string) => text.replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"').replace(/[\u2018\u2019]/g, "'");

/** Words at white space; what stands in quotes, or is a link of the chat (`<@U1|ana b>`), is not divided. */
function split(text: string): string[] | Misread {
  const words: string[] = [];
  const token = /\s+|<[@#!][^>]*>|"[^"]*"|(")|[^\s"]+/gy;
  let word: string | null = null;
  for (const found of text.matchAll(token)) {
    const [all, open] = found;
    if (open !== undefined) return { error: `A quotation mark is not closed: ${shorten(text.slice(found.index))}` };
    if (/^\s/.test(all)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = `${word ?? ''}${all}`;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text);

/** ` Did you mean "follow"?` where a known word is near, else nothing. */
function suggest(word: string, known: readonly string[], prefix = ''): string {
  const [best] = nearestWords(known, word.slice(0, 40), 1);
  return best === undefined ? '' : ` Did you mean "${prefix}${best}"?`;
}

/** What `help` shows: the commands that exist, one a line. `name` is how the bot is called ("/gwanbo"). */
export const usage = (name: string): readonly string[] => [
  `${name} follow QUERY [--to CHANNEL] [--when now|hourly|daily 09:00|weekly mon 09:00] [--urgent]`,
  `    [--style card|compact|full] [--mention WHO]`,
  `    for example: ${name} follow steel country:ca`,
  `${name} preview QUERY [--days 90] · ${name} search QUERY · ${name} latest [QUERY]`,
  `${name} why RELEASE [12] · ${name} show RELEASE, for example: ${name} show motir/2-2441`,
  `${name} list · ${name} settings [--zone Asia/Seoul] [--quiet 22:00-07:00] [--corrections edit|edit+note|off]`,
  `    [--when-unsure hold|resend] [--digest-hour 09:00]`,
  `${name} source list · ${name} source presets · ${name} source try|add URL-or-PRESET · ${name} source remove ID`,
  `${name} status · ${name} test [12]`,
  `${name} pause 12 · ${name} resume 12 · ${name} unfollow 12 · ${name} unfollow all`,
];
