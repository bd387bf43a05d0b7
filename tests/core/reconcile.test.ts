import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { normalize } from '../../src/core/normalize.ts';
import { type Changes, type Known, reconcile } from '../../src/core/reconcile.ts';
import { NO_FACETS } from '../../src/core/release.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();
const zone = 'Asia/Seoul';
const at = { now: '2025-12-04T01:00:00Z', zone, quiet: false, digest, classify: () => NO_FACETS };

function item(title: string, more: Partial<Item> = {}): Item {
  return {
    key: null,
    url: null,
    title,
    text: `${title} was announced.`,
    html: null,
    date: '2025-12-01',
    updated: null,
    author: null,
    categories: [],
    attachments: [],
    ...more,
  };
}

const drafts = (...items: Item[]) => normalize(items, { source: 'motir', zone, digest });

/** What the store would answer after these changes. */
function knownAfter(changes: Changes, before: readonly Known[] = []): Known[] {
  const revised = new Map(changes.revised.map(one => [one.after.id, one]));
  const adopted = new Map(changes.adopted.map(one => [one.release, one]));
  const completed = new Map(changes.completed.map(one => [one.after.id, one]));
  const all = [...before, ...changes.fresh.map(one => ({ ...one, keys: [one.release.key] }))];
  return all.map(one => {
    const revision = revised.get(one.release.id);
    const adoption = adopted.get(one.release.id);
    const release = revision?.after ?? completed.get(one.release.id)?.after ?? one.release;
    if (!adoption) return { ...one, release, fingerprint: revision?.fingerprint ?? one.fingerprint };
    return {
      ...one,
      release: { ...release, key: adoption.key },
      keys: [...one.keys, adoption.key],
      provisional: false,
    };
  });
}

test('an item that nobody knows is a new release, its id made from the source and its key', () => {
  const { fresh, listed } = reconcile(drafts(item('Steel talks', { key: '2-2441' })), [], at);
  expect(fresh).toHaveLength(1);
  expect(fresh[0]?.release).toMatchObject({
    id: 'motir/2-2441',
    key: '2-2441',
    revision: 1,
    date: '2025-12-01',
    firstSeen: at.now,
    updated: at.now,
  });
  expect(listed).toEqual([{ key: '2-2441', release: 'motir/2-2441' }]);
});

test('the newest item comes last, so that alerts keep the order of publication', () => {
  const { fresh } = reconcile(
    drafts(item('Third', { key: '3' }), item('Second', { key: '2' }), item('First', { key: '1' })),
    [],
    at,
  );
  expect(fresh.map(one => one.release.title)).toEqual(['First', 'Second', 'Third']);
});

test('a release of a silent first reading is as old as its day in the zone of the source', () => {
  const { fresh } = reconcile(drafts(item('Old news', { key: '1' })), [], { ...at, quiet: true });
  expect(fresh[0]?.release).toMatchObject({ updated: '2025-11-30T15:00:00Z', firstSeen: at.now });
});

test('the same item read again changes nothing', () => {
  const seen = knownAfter(reconcile(drafts(item('Steel talks', { key: '1' })), [], at));
  const again = reconcile(drafts(item('Steel  talks', { key: '1', text: 'Steel talks was\nannounced.' })), seen, at);
  expect(again).toMatchObject({ fresh: [], revised: [], adopted: [], unchanged: 1 });
});

test('38 an item that is re-dated keeps its identity and is a revision, not a new release', () => {
  const seen = knownAfter(reconcile(drafts(item('Steel talks', { key: '1' })), [], at));
  const { fresh, revised } = reconcile(drafts(item('Steel talks', { key: '1', date: '2025-11-20' })), seen, {
    ...at,
    now: '2025-12-05T00:00:00Z',
  });
  expect(fresh).toEqual([]);
  expect(revised[0]?.after).toMatchObject({
    id: 'motir/1',
    revision: 2,
    date: '2025-11-20',
    firstSeen: at.now,
    updated: '2025-12-05T00:00:00Z',
  });
});

test('37 a corrected title is a revision of the same release', () => {
  const seen = knownAfter(reconcile(drafts(item('Steel taks', { key: '1' })), [], at));
  const { fresh, revised } = reconcile(drafts(item('Steel talks', { key: '1' })), seen, at);
  expect(fresh).toEqual([]);
  expect(revised[0]?.after).toMatchObject({ id: 'motir/1', revision: 2, title: 'Steel talks' });
});

test('a list without bodies, dates or attachments takes none of them away', () => {
  const file = { name: 'a.pdf', url: 'https://x.example/a.pdf', type: 'application/pdf', bytes: 9 };
  const seen = knownAfter(reconcile(drafts(item('Talks', { key: '1', attachments: [file] })), [], at));
  expect(reconcile(drafts(item('Talks', { key: '1', text: '', date: null })), seen, at).revised).toEqual([]);
  const { revised } = reconcile(drafts(item('Talks!', { key: '1', text: '', date: null })), seen, at);
  expect(revised[0]?.after).toMatchObject({ text: 'Talks was announced.', date: '2025-12-01', attachments: [file] });
});

test('a numbered item adopts the release that had a provisional key and keeps its id', () => {
  const seen = knownAfter(reconcile(drafts(item('Korea–U.S. talks')), [], at));
  const id = seen[0]?.release.id;
  expect(id).toMatch(/^motir\/t-[a-z2-7]{16}$/);
  const numbered = reconcile(
    drafts(
      item('Korea-U.S.  Talks', {
        key: '2-2441',
        url: 'https://x.example/2441',
        text: 'Korea–U.S. talks was announced.',
      }),
    ),
    seen,
    at,
  );
  expect(numbered.fresh).toEqual([]);
  expect(numbered.adopted).toEqual([{ release: id, key: '2-2441' }]);
  expect(numbered.revised[0]?.after).toMatchObject({ id, url: 'https://x.example/2441', title: 'Korea-U.S. Talks' });
  const after = knownAfter(numbered, seen);
  expect(reconcile(drafts(item('Korea–U.S. talks')), after, at)).toMatchObject({ fresh: [], adopted: [] });
});

test('41 two releases with the same title and day are two, because the article number decides', () => {
  const first = reconcile(drafts(item('Daily briefing', { key: '1' })), [], at);
  const { fresh, adopted } = reconcile(
    drafts(item('Daily briefing', { key: '2', text: 'Another.' })),
    knownAfter(first),
    at,
  );
  expect(fresh.map(one => one.release.id)).toEqual(['motir/2']);
  expect(adopted).toEqual([]);
});

test('of two candidates for an adoption the one with the same words is taken, and none where that does not tell', () => {
  const seen = knownAfter(
    reconcile(drafts(item('Briefing', { text: 'Second.' }), item('Briefing', { text: 'First.' })), [], at),
  );
  expect(seen).toHaveLength(2);
  const told = reconcile(drafts(item('Briefing', { key: '8', text: 'Second.' })), seen, at);
  expect(told.adopted[0]?.release).toBe(seen.find(one => one.release.text === 'Second.')?.release.id);
  const untold = reconcile(drafts(item('Briefing', { key: '9', text: 'Third.' })), seen, at);
  expect(untold.fresh.map(one => one.release.id)).toEqual(['motir/9']);
});

test('one release is adopted by one number only', () => {
  const seen = knownAfter(reconcile(drafts(item('Briefing')), [], at));
  const { adopted, fresh } = reconcile(
    drafts(item('Briefing', { key: '2' }), item('Briefing', { key: '1' })),
    seen,
    at,
  );
  expect(adopted.map(one => one.key)).toEqual(['1']);
  expect(fresh.map(one => one.release.key)).toEqual(['2']);
});

test('an item pinned on top of its own listing counts once', () => {
  expect(
    drafts(item('Pinned', { key: '1' }), item('Newer', { key: '2' }), item('Pinned', { key: '1' })).map(one => one.key),
  ).toEqual(['1', '2']);
});

test('the same text twice under one provisional key is one item, a differing text is another', () => {
  const twice = drafts(
    item('Briefing', { text: 'B' }),
    item('Briefing', { text: 'A' }),
    item('Briefing', { text: 'A' }),
  );
  expect(twice.map(one => one.text)).toEqual(['A', 'B']);
  expect(twice[1]?.key).toBe(`${twice[0]?.key}.2`);
});

test('a key that is no plain word becomes a digest in the id and stays itself beside it', () => {
  const key = 'https://feeds.example/?p=1&x=<2>';
  const { fresh } = reconcile(drafts(item('From a feed', { key })), [], at);
  expect(fresh[0]?.release.key).toBe(key);
  expect(fresh[0]?.release.id).toMatch(/^motir\/h-[a-z2-7]{16}$/);
});

/** One reading after the other, each compared with what the ones before it have left. */
function readings(...listings: readonly (readonly Item[])[]): { last: Changes; known: Known[] } {
  let known: Known[] = [];
  let last = reconcile([], [], at);
  for (const [hour, items] of listings.entries()) {
    last = reconcile(drafts(...items), known, { ...at, now: `2025-12-04T0${hour + 1}:00:00Z` });
    known = knownAfter(last, known);
  }
  return { last, known };
}

const NOTHING_NEW = { fresh: [], revised: [], adopted: [], completed: [] };

describe('the same release from readers that see different parts of it', () => {
  const whole = `${'The ministry announced a plan for steel, '.repeat(14)}and closed.`;
  const listed = item('Plan', { key: '2-7', text: whole.slice(0, 488), url: 'https://x.example/7' });
  const page = {
    ...listed,
    text: whole,
    html: `<p>${whole}</p>`,
    attachments: [{ name: 'a.pdf', url: 'https://x.example/a?signed=1', type: 'application/pdf', bytes: 9 }],
  };
  const text = item('Plan', { text: whole });

  test('a body that the list cuts takes nothing from the one that was read, and a longer one replaces it', () => {
    expect(readings([page], [listed]).last).toMatchObject(NOTHING_NEW);
    const { last, known } = readings([listed], [page], [listed], [page]);
    expect(last).toMatchObject(NOTHING_NEW);
    expect(known[0]?.release).toMatchObject({
      revision: 2,
      text: whole,
      html: page.html,
      attachments: page.attachments,
    });
    for (const end of ['…', ' ...', ' […]'])
      expect(readings([page], [{ ...listed, text: `The ministry announced a plan${end}` }]).last).toMatchObject(
        NOTHING_NEW,
      );
  });

  test('a text that was shortened by its author is a revision', () => {
    const { known } = readings(
      [item('Talks', { key: '1', text: 'They met. They agreed.' })],
      [item('Talks', { key: '1', text: 'They met.' })],
    );
    expect(known[0]?.release).toMatchObject({ revision: 2, text: 'They met.' });
  });

  test('an older copy without numbers corrects nothing of a numbered release, and adds what is missing', () => {
    const older = { ...text, text: whole.replace('The ministry', 'The old ministry'), categories: ['Industry'] };
    const { last, known } = readings([text], [page], [older]);
    expect(last).toMatchObject({ fresh: [], revised: [], adopted: [] });
    expect(known[0]?.release).toMatchObject({
      revision: 1,
      text: whole,
      category: 'Industry',
      categories: ['Industry'],
    });
    expect(readings([text], [{ ...page, categories: ['Energy'] }], [older]).last).toMatchObject(NOTHING_NEW);
  });

  test('39 a category that comes later is joined without a revision, and a reading without it leaves it', () => {
    const labelled = { ...listed, categories: ['Energy'] };
    const { last, known } = readings([listed], [labelled], [listed]);
    expect(last).toMatchObject(NOTHING_NEW);
    expect(known[0]?.release).toMatchObject({
      category: 'Energy',
      categories: ['Energy'],
      revision: 1,
      updated: '2025-12-04T01:00:00Z',
    });
    const moved = readings([labelled], [{ ...labelled, categories: ['Industry'] }]);
    expect(moved.known[0]?.release).toMatchObject({ category: 'Industry', revision: 1 });
  });

  test('files that are added are known, files whose addresses are signed anew are not news', () => {
    const file = (name: string, signed: number) => ({
      name,
      url: `https://x.example/${name}?${signed}`,
      type: null,
      bytes: null,
    });
    const with_ = (...files: ReturnType<typeof file>[]) => [item('Talks', { key: '1', attachments: files })];
    expect(readings(with_(file('a.pdf', 1)), with_(file('a.pdf', 2))).last).toMatchObject(NOTHING_NEW);
    const { known } = readings(with_(file('a.pdf', 1)), with_(file('a.pdf', 2), file('b.pdf', 2)));
    expect(known[0]?.release.attachments.map(one => one.name)).toEqual(['a.pdf', 'b.pdf']);
  });

  test('a time, an address or markup that another reader gives is added', () => {
    const bare = item('Talks', { key: '1' });
    const { last, known } = readings(
      [bare],
      [
        {
          ...bare,
          date: '2025-12-01T10:00:00+09:00',
          url: 'https://x.example/1',
          html: '<p>x</p>',
          author: 'Press Office',
        },
      ],
      [bare],
    );
    expect(last).toMatchObject(NOTHING_NEW);
    expect(known[0]?.release).toMatchObject({
      published: '2025-12-01T01:00:00Z',
      url: 'https://x.example/1',
      html: '<p>x</p>',
      author: 'Press Office',
      revision: 1,
    });
  });

  test('dashes, quotes and spaces that readers print differently are no revision, in a title neither', () => {
    const one = item('Korea’s “steel” – talks', { key: '1', text: 'Korea’s “steel” – talks' });
    const other = item(`Korea's "steel" -  talks`, { key: '1', text: `Korea's "steel"\n- talks` });
    expect(readings([one], [other]).last).toMatchObject(NOTHING_NEW);
  });
});

describe('items without numbers that share title and day', () => {
  const weekly = (text: string) => item('Weekly briefing', { date: null, text });

  test('keep their identity when the older one falls off the listing', () => {
    const { last, known } = readings([weekly('B'), weekly('A')], [weekly('B')]);
    expect(last).toMatchObject({ ...NOTHING_NEW, unchanged: 1 });
    expect(known.map(one => one.release.text)).toEqual(['A', 'B']);
  });

  test('are corrected, too', () => {
    const { last, known } = readings([weekly('B'), weekly('A')], [weekly('B'), weekly('A, corrected')]);
    expect(last).toMatchObject({ fresh: [], revised: [{ after: { text: 'A, corrected', revision: 2 } }] });
    expect(known).toHaveLength(2);
  });

  test('are new each time, under a key of their own', () => {
    const { last, known } = readings(
      [weekly('B'), weekly('A')],
      [weekly('C'), weekly('B')],
      [weekly('D'), weekly('C')],
    );
    expect(last.fresh.map(one => one.release.text)).toEqual(['D']);
    expect(new Set(known.map(one => one.release.id)).size).toBe(4);
    expect(last.listed.map(one => one.key)).toEqual(known.slice(2).map(one => one.release.key));
  });
});

test('35 a feed that makes up a new id for the same page with each reading lists nothing new', () => {
  const named = (key: string, url: string | null = 'https://x.example/talks') => [item('Talks', { key, url })];
  const { last, known } = readings(named('guid-1'), named('guid-2'), named('guid-3'));
  expect(last).toMatchObject(NOTHING_NEW);
  expect(last.listed).toEqual([{ key: 'guid-1', release: 'motir/guid-1' }]);
  expect(known[0]?.keys).toEqual(['guid-1']);
  expect(readings(named('guid-1', null), named('guid-2', null)).last.fresh).toHaveLength(1);
});

test('two articles of one page that are listed together are two', () => {
  const both = [
    item('Talks', { key: 'b', url: 'https://x.example/' }),
    item('Talks', { key: 'a', url: 'https://x.example/' }),
  ];
  expect(readings([both[1] as Item], both).last.fresh.map(one => one.release.key)).toEqual(['b']);
});

test('what is dated ahead of its silent first reading was not updated in the future', () => {
  const { fresh } = reconcile(drafts(item('Ahead', { key: '1', date: '2026-01-01' })), [], { ...at, quiet: true });
  expect(fresh[0]?.release).toMatchObject({ date: '2026-01-01', updated: at.now });
});
