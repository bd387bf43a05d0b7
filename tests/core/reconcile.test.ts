import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Item } from '../../src/core/item.ts';
import { normalize } from '../../src/core/normalize.ts';
import { type Changes, type Known, reconcile } from '../../src/core/reconcile.ts';
import type { Facets } from '../../src/core/release.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();
const zone = 'Asia/Seoul';
const NOTHING: Facets = {
  topics: [],
  countries: [],
  agencies: [],
  mentions: { topics: [], countries: [] },
  evidence: [],
  lead: '',
};
const at = { now: '2025-12-04T01:00:00Z', zone, quiet: false, digest, classify: () => NOTHING };

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
  const all = [...before, ...changes.fresh.map(one => ({ ...one, keys: [one.release.key] }))];
  return all.map(one => {
    const revision = revised.get(one.release.id);
    const adoption = adopted.get(one.release.id);
    const release = revision?.after ?? one.release;
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
  expect(numbered.adopted).toEqual([{ release: id, key: '2-2441', url: 'https://x.example/2441', category: null }]);
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
