import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EDIT_OPTIONS, FOLLOW_OPTIONS } from '../../src/core/command-follow.ts';
import { HELP } from '../../src/core/command-help.ts';
import { parseCommand, VERBS } from '../../src/core/command-parse.ts';
import { SOURCE_ACTIONS } from '../../src/core/command-source.ts';
import { QUERY_LIMIT } from '../../src/core/command-words.ts';
import { SETTINGS } from '../../src/core/settings.ts';

const follow = { verb: 'follow', query: 'steel', to: null, style: 'card', mention: [] };

describe('what is read', () => {
  test.each([
    ['', { verb: 'help' }],
    ['  HELP ', { verb: 'help' }],
    ['list', { verb: 'list' }],
    ['unfollow all', { verb: 'unfollow', target: 'all' }],
    ['unfollow #12', { verb: 'unfollow', target: 12 }],
    ['pause 3', { verb: 'pause', target: 3 }],
    ['status', { verb: 'status' }],
    ['test', { verb: 'test', target: null }],
    ['test #3', { verb: 'test', target: 3 }],
    ['pause #3 --for 3d', { verb: 'pause', target: 3, for: '3d' }],
    ['pause 3 —for=12h', { verb: 'pause', target: 3, for: '12h' }],
    ['Resume 3', { verb: 'resume', target: 3 }],
    ['resume', { verb: 'resume', target: null }],
    ['follow steel', follow],
    ['preview "supply chain" -AI', { verb: 'preview', query: '"supply chain" -AI', days: null }],
    ['Preview steel --days 90', { verb: 'preview', query: 'steel', days: 90 }],
    ['preview steel —days=7', { verb: 'preview', query: 'steel', days: 7 }],
    ['search -- -steel', { verb: 'search', query: '-steel' }],
    ['search country:ca steel', { verb: 'search', query: 'country:ca steel' }],
    ['latest', { verb: 'latest', query: null }],
    ['latest topic:steel', { verb: 'latest', query: 'topic:steel' }],
    ['why motir/2-2441', { verb: 'why', release: 'motir/2-2441', target: null }],
    ['why motir/2-2441 #12', { verb: 'why', release: 'motir/2-2441', target: 12 }],
    ['source', { verb: 'source', action: 'list' }],
    ['Source LIST', { verb: 'source', action: 'list' }],
    ['source presets', { verb: 'source', action: 'presets' }],
    ['source add wto', { verb: 'source', action: 'add', target: 'wto' }],
    ['source add https://a.example/f?x=1', { verb: 'source', action: 'add', target: 'https://a.example/f?x=1' }],
    ['source add <https://a.example/f|a.example/f>', { verb: 'source', action: 'add', target: 'https://a.example/f' }],
    ['source try <https://a.example/f>', { verb: 'source', action: 'try', target: 'https://a.example/f' }],
    ['source remove A-Example-2', { verb: 'source', action: 'remove', id: 'a-example-2' }],
    ['source remove source:wto', { verb: 'source', action: 'remove', id: 'wto' }],
    ['show motir/t-abc~d', { verb: 'show', release: 'motir/t-abc~d' }],
    ['follow   steel  ', follow],
    ['follow "supply chain" -AI', { ...follow, query: '"supply chain" -AI' }],
    ['follow “supply  chain” -AI', { ...follow, query: '"supply  chain" -AI' }],
    ['follow country:(ca OR "united states")', { ...follow, query: 'country:(ca OR "united states")' }],
    ['follow Korea’s steel', { ...follow, query: "Korea's steel" }],
    ['follow "--to x" steel', { ...follow, query: '"--to x" steel' }],
    ['follow -- --to steel', { ...follow, query: '--to steel' }],
    ['follow steel --style full', { ...follow, style: 'full' }],
    ['follow steel --when hourly', { ...follow, when: 'hourly' }],
    ['follow --when daily 09:00 steel', { ...follow, when: 'daily 09:00' }],
    ['follow --when daily steel', { ...follow, when: 'daily' }],
    ['follow steel --when weekly mon 9:00 --style full', { ...follow, when: 'weekly mon 9:00', style: 'full' }],
    ['follow steel --when "weekly mon 9:00"', { ...follow, when: 'weekly mon 9:00' }],
    ['follow --urgent steel', { ...follow, urgent: true }],
    ['settings', { verb: 'settings', changes: {} }],
    [
      'settings --zone Asia/Seoul --quiet=22:00-07:00 —when-unsure resend',
      { verb: 'settings', changes: { zone: 'Asia/Seoul', quiet: '22:00-07:00', whenUnsure: 'resend' } },
    ],
    ['follow steel --backfill 10', { ...follow, backfill: 10 }],
    ['follow steel --backfill=0', { ...follow, backfill: 0 }],
    ['edit 12 topic:steel', { verb: 'edit', target: 12, changes: { query: 'topic:steel' } }],
    ['edit #12 --when weekly mon 9:00', { verb: 'edit', target: 12, changes: { when: 'weekly mon 9:00' } }],
    ['edit 12 --no-urgent', { verb: 'edit', target: 12, changes: { urgent: false } }],
    ['edit 12 -- --when', { verb: 'edit', target: 12, changes: { query: '--when' } }],
    [
      'Edit 12 “supply chain” --urgent —style full --mention <@U1>,here',
      {
        verb: 'edit',
        target: 12,
        changes: { query: '"supply chain"', urgent: true, style: 'full', mention: ['user:U1', 'here'] },
      },
    ],
    ['topics', { verb: 'topics', list: 'topics' }],
    ['topics Countries', { verb: 'topics', list: 'countries' }],
    ['topics agencies', { verb: 'topics', list: 'agencies' }],
    ['feed', { verb: 'feed', query: null, target: null }],
    ['feed steel country:ca', { verb: 'feed', query: 'steel country:ca', target: null }],
    ['feed #12', { verb: 'feed', query: null, target: 12 }],
    ['feed 12', { verb: 'feed', query: '12', target: null }],
    ['status', { verb: 'status' }],
    ['follow --style=compact steel', { ...follow, style: 'compact' }],
    ['follow steel —style full', { ...follow, style: 'full' }],
    ['follow steel --to here', follow],
    ['follow steel --to slack:C0123', { ...follow, to: 'slack:C0123' }],
    ['follow steel --to <#C0123|trade>', { ...follow, to: 'slack:C0123' }],
    ['follow steel --to <#C0123>', { ...follow, to: 'slack:C0123' }],
    ['follow steel --to discord:123456789', { ...follow, to: 'discord:123456789' }],
    ['follow steel --mention <@U0123|ana>', { ...follow, mention: ['user:U0123'] }],
    ['follow steel --mention <!subteam^S0123|@trade team>', { ...follow, mention: ['group:S0123'] }],
    ['follow steel --mention here --mention @here --mention <!here>', { ...follow, mention: ['here'] }],
    ['follow steel --mention <@U1>,group:S2', { ...follow, mention: ['user:U1', 'group:S2'] }],
    ['follow steel --mention role:123', { ...follow, mention: ['role:123'] }],
  ])('%j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });
});

describe('what is refused, with what to type instead', () => {
  test.each([
    ['folow steel', 'There is no command "folow". Did you mean "follow"? Type help to see them all'],
    ['unfolow 3', 'There is no command "unfolow". Did you mean "unfollow"? Type help to see them all'],
    ['xyzzy', 'There is no command "xyzzy". Type help to see them all'],
    [
      'source ad wto',
      'There is no command "source ad". Did you mean "source add"? There are source list, presets, add, try, remove',
    ],
    ['source list wto', '"source list" takes nothing after it'],
    [
      'source add',
      'Give the name of a preset or one address: source add wto, source add https://www.example.org/feed.xml',
    ],
    [
      'source try a b',
      'Give the name of a preset or one address: source try wto, source try https://www.example.org/feed.xml',
    ],
    ['source remove', 'Give the id of one source, as source list shows it: source remove wto'],
    ['source remove https://a.example/', '"https://a.example/" is no id of a source: source list shows them'],
    [`source add https://a.example/${'x'.repeat(500)}`, 'The address has 518 characters; at most 500 are read'],
    ['follow', 'Say what to follow, for example: follow steel country:ca'],
    ['follow --style full', 'Say what to follow, for example: follow steel country:ca'],
    ['follow steel --stile full', 'There is no option --stile. Did you mean "--style"?'],
    ['follow steel --style big', 'There is no style "big": write card, compact or full'],
    [
      'follow steel --backfill 11',
      '--backfill 11 cannot be done: write how many of the latest matches are sent at once, 0 to 10',
    ],
    ['follow steel --backfill -1', expect.stringMatching(/^--backfill -1 cannot be done/)],
    ['follow steel --no-urgent', 'There is no option --no-urgent. Did you mean "--urgent"?'],
    ['follow steel --urgent=yes', '--urgent takes nothing after it'],
    ['edit', expect.stringMatching(/^Give the number of one subscription.*: edit 12 --when hourly$/)],
    ['edit steel', expect.stringMatching(/^Give the number of one subscription/)],
    ['edit 12', 'Say what is to change, for example: edit 12 steel country:ca, edit 12 --when daily 09:00'],
    ['edit 12 --to here', expect.stringMatching(/^There is no option --to\./)],
    ['edit 12 --when', '--when needs a value: now, hourly, daily 09:00 or weekly mon 09:00'],
    [
      'topics country',
      'There is no list of country. Did you mean "topics countries"? There are topics, topics countries and topics agencies',
    ],
    ['topics countries ca', '"topics countries" takes nothing after it'],
    [`feed ${'x'.repeat(QUERY_LIMIT + 1)}`, 'The query has 1001 characters; at most 1000 are read'],
    ['status here', '"status" takes nothing after it: type just status'],
    ['settings quiet', 'Write settings alone to see them, or for example: settings --quiet 22:00-07:00'],
    ['settings --quit off', 'There is no setting --quit. Did you mean "--quiet"?'],
    ['follow steel --to', '--to needs a value: name a channel (--to #trade-news), or leave it out for this one'],
    [
      'follow steel --to #trade',
      'There is no channel #trade that you and I can both see: pick it from the list that opens after #',
    ],
    [
      'follow steel --mention <!channel>',
      '"<!channel>" is nobody who can be mentioned: name a person or a group (--mention @ana), or write --mention here',
    ],
    ['follow steel --mention <!everyone>', expect.stringContaining('is nobody who can be mentioned')],
    ['follow steel --to nowhere', expect.stringContaining('is no destination')],
    ['follow "supply chain', 'A quotation mark is not closed: "supply chain'],
    [`follow ${'x'.repeat(QUERY_LIMIT + 1)}`, 'The query has 1001 characters; at most 1000 are read'],
    ['unfollow', 'Give the number of one subscription, as list shows it: unfollow 12, or unfollow all'],
    ['unfollow 1 2', 'Give the number of one subscription, as list shows it: unfollow 12, or unfollow all'],
    ['pause 3 --for', '--for needs a time such as 30m, 12h, 3d or 2w, a year at most, at the end: pause 12 --for 3d'],
    ['pause 3 --for 3 days', expect.stringMatching(/^--for needs a time/)],
    ['pause --for 3d', 'Give the number of one subscription, as list shows it: pause 12'],
    ['resume 3 --for 3d', 'Give the number of one subscription, as list shows it: resume 12'],
    ['pause all', 'Give the number of one subscription, as list shows it: pause 12'],
    ['resume 0', 'Give the number of one subscription, as list shows it: resume 12'],
    ['preview', 'Say what to look at, for example: preview steel country:ca'],
    ['preview --days 90', 'Say what to look at, for example: preview steel country:ca'],
    ['preview steel --days', '--days needs a whole number at the end: preview steel country:ca --days 90'],
    ['preview --days 90 steel', '--days needs a whole number at the end: preview steel country:ca --days 90'],
    ['preview steel --days -1', '--days needs a whole number at the end: preview steel country:ca --days 90'],
    ['search', 'Say what to search for, for example: search steel country:ca'],
    [`search ${'x'.repeat(QUERY_LIMIT + 1)}`, 'The query has 1001 characters; at most 1000 are read'],
    ['why', expect.stringMatching(/^Give the id of a release.*: why motir\/2-2441 12$/)],
    ['why motir/2-2441 all', expect.stringMatching(/^Give the id of a release/)],
    ['why 2-2441', expect.stringMatching(/^Give the id of a release/)],
    ['show', 'Give the id of a release, as latest and search show it: show motir/2-2441'],
    ['show a/b c/d', 'Give the id of a release, as latest and search show it: show motir/2-2441'],
    ['list everything', '"list" takes nothing after it: type just list'],
  ])('%j', (text, error) => {
    expect(parseCommand(text)).toEqual({ error });
  });
});

test('any text is a command or one sentence of help, within a second', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(...VERBS).chain(verb => fc.string().map(rest => `${verb} ${rest}`)),
      ),
      text => {
        const read = parseCommand(text);
        if ('error' in read) {
          expect(read.error.length).toBeLessThan(400);
          expect(read.error.isWellFormed()).toBe(true);
        } else expect(VERBS).toContain(read.verb);
      },
    ),
    { numRuns: 500 },
  );
  expect('error' in parseCommand(`follow ${'<@'.repeat(100_000)}`)).toBe(true);
  expect('error' in parseCommand(`${'f'.repeat(100_000)}`)).toBe(true);
});

test('the help names every command and option that exists, and no other', () => {
  const shown = HELP.join('\n');
  const verbs = [...VERBS.filter(verb => verb !== 'help'), ...SOURCE_ACTIONS];
  expect(verbs.filter(verb => !new RegExp(`\\b${verb}\\b`).test(shown))).toEqual([]);
  const options = [
    ...FOLLOW_OPTIONS,
    ...EDIT_OPTIONS,
    ...Object.values(SETTINGS).map(({ option }) => option),
    'days',
    'for',
  ];
  const named = [...shown.matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual([...new Set(options)].sort());
  // An answer in Discord has 2,000 characters, and those that mean something there are escaped.
  expect(shown.replace(/[^\w\s]/g, '__').length).toBeLessThan(2000);
});
