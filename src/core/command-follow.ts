import type { Changes, Command } from './command.ts';
import { type Misread, readNumber, readOption, readQuery, shorten, suggest } from './command-words.ts';
import { BadDestination, parseDestination } from './destination.ts';
import { MOST_BACKFILL, STYLES } from './subscription.ts';
import { WHEN_EXAMPLES } from './when.ts';

/** What each option takes, for whoever gave it nothing or something else. */
const EXAMPLE = {
  to: 'name a channel (--to #trade-news), or leave it out for this one',
  when: WHEN_EXAMPLES,
  urgent: 'write it alone',
  'no-urgent': 'write it alone',
  style: 'card, compact or full',
  mention: 'name a person or a group (--mention @ana), or write --mention here',
  backfill: `how many of the latest matches are sent at once, 0 to ${MOST_BACKFILL}`,
} as const;
type Option = keyof typeof EXAMPLE;

export const FOLLOW_OPTIONS = ['to', 'when', 'urgent', 'style', 'mention', 'backfill'] as const satisfies Option[];
export const EDIT_OPTIONS = ['when', 'urgent', 'no-urgent', 'style', 'mention'] as const satisfies Option[];

/** What is asked for and how: of the options those that were given. */
interface Given extends Changes {
  readonly query: string;
  /** The destination's written form; null for here. */
  readonly to?: string | null;
  readonly backfill?: number;
}

/** What stands after "follow": "steel country:ca --when daily 09:00". */
export function parseFollow(words: readonly string[]): Command | Misread {
  const given = readGiven(words, FOLLOW_OPTIONS);
  if ('error' in given) return given;
  if (given.query === '') return { error: 'Say what to follow, for example: follow steel country:ca' };
  return { verb: 'follow', to: null, style: 'card', mention: [], ...given };
}

/** What stands after "edit": "12 steel country:ca --when daily 09:00"; without a query that one stays. */
export function parseEdit([first, ...rest]: readonly string[]): Command | Misread {
  const target = readNumber(first);
  if (target === null)
    return {
      error: 'Give the number of one subscription, as list shows it, and what is to change: edit 12 --when hourly',
    };
  const given = readGiven(rest, EDIT_OPTIONS);
  if ('error' in given) return given;
  const { query, ...how } = given;
  const changes: Changes = { ...(query !== '' && { query }), ...how };
  if (Object.keys(changes).length === 0)
    return {
      error: `Say what is to change, for example: edit ${target} steel country:ca, edit ${target} --when daily 09:00`,
    };
  return { verb: 'edit', target, changes };
}

function readGiven(words: readonly string[], known: readonly Option[]): Given | Misread {
  const query: string[] = [];
  let given: Omit<Given, 'query'> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      query.push(...words.slice(at + 1));
      break;
    }
    const option = readOption(word);
    if (!option) {
      query.push(word);
      continue;
    }
    const name = known.find(one => one === option.name);
    if (name === undefined)
      return { error: `There is no option --${option.name}.${suggest(option.name, known, '--')}` };
    if (name === 'urgent' || name === 'no-urgent') {
      if (option.value !== undefined) return { error: `--${name} takes nothing after it` };
      given = { ...given, urgent: name === 'urgent' };
      continue;
    }
    const value = option.value ?? words[++at];
    if (value === undefined || value === '') return { error: `--${name} needs a value: ${EXAMPLE[name]}` };
    if (name === 'when') {
      const taken = takeWhen(value, words.slice(at + 1));
      given = { ...given, when: taken.when };
      at += taken.more;
      continue;
    }
    const read = readValue(name, value, given);
    if ('error' in read) return read;
    given = { ...given, ...read };
  }
  const wanted = readQuery(query);
  return typeof wanted === 'string' ? { query: wanted, ...given } : wanted;
}

function readValue(
  name: Exclude<Option, 'when' | 'urgent' | 'no-urgent'>,
  value: string,
  { mention = [] }: Changes,
): Omit<Given, 'query'> | Misread {
  switch (name) {
    case 'to': {
      const to = readTarget(value);
      return typeof to === 'object' && to !== null ? to : { to };
    }
    case 'style': {
      const style = STYLES.find(known => known === value.toLowerCase());
      return style ? { style } : { error: `There is no style "${shorten(value)}": write ${EXAMPLE.style}` };
    }
    case 'backfill': {
      const backfill = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
      return backfill <= MOST_BACKFILL
        ? { backfill }
        : { error: `--backfill ${shorten(value)} cannot be done: write ${EXAMPLE.backfill}` };
    }
    case 'mention': {
      const all = [...mention];
      for (const who of value.split(',').filter(part => part !== '')) {
        const read = readMention(who);
        if (read === null) return { error: `"${shorten(who)}" is nobody who can be mentioned: ${EXAMPLE.mention}` };
        if (!all.includes(read)) all.push(read);
      }
      return { mention: all };
    }
  }
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
