import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLatest } from '../../src/publish/pages/latest.ts';
import { renderRelease } from '../../src/publish/pages/release.ts';
import { renderAtom } from '../../src/publish/syndication.ts';
import { complaints, missing } from '../support/atom-tools.ts';
import { buildRelease, HARBOR, labelOf } from '../support/release-builder.ts';

/** What breaks XML and HTML, mixed with anything a string can hold, lone surrogates too. */
const PIECES = [
  ...[']]>', '<![CDATA[', '-->', '<!--', '&amp;', '&', '<', '>', '"', "'", '</entry>', '<script>alert(1)</script>'],
  ...['\u0000', '\u0008', '\u000b', '\u001b[2J', '\u007f', '\u0085', '\u202e', '\ufffe', '\uffff', '\ud800', '\udfff'],
  ...[
    '\ufeff',
    '\r',
    '\n\n',
    '\t',
    '👩‍👩‍👧‍👦',
    '한국',
    'e\u0301',
    '\u{1fffe}',
    '$&',
    '<?xml ?>',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
  ],
];
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary' })), {
    maxLength: 12,
  })
  .map(parts => parts.join(''));
const link = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  text,
  text.map(part => `https://harbor.example/${part}`),
);

const release = fc
  .record({
    title: text,
    text,
    html: fc.option(text),
    lead: text,
    url: fc.option(link),
    author: fc.option(text),
    category: fc.option(text),
    categories: fc.array(text, { maxLength: 3 }),
    topics: fc.array(text, { maxLength: 2 }),
    date: fc.option(fc.constantFrom('2025-12-04', '2025-13-40', '0000-00-00', '0001-01-01', '9999-12-31', 'soon')),
    attachments: fc.array(fc.record({ name: text, url: link, type: fc.option(text), bytes: fc.option(fc.integer()) }), {
      maxLength: 2,
    }),
  })
  .map(parts => buildRelease(parts));
const source = fc
  .record({ name: text, title: text, url: link, zone: text, language: text })
  .map(parts => ({ ...HARBOR, ...parts }));

const site = fc.record({ releases: fc.array(release, { maxLength: 4 }), source, label: text, query: fc.option(text) });

type Hostile = typeof site extends fc.Arbitrary<infer T> ? T : never;

const atomOf = ({ releases, source, label, query }: Hostile) =>
  renderAtom({
    installation: { authority: 'harbor.example', year: 2025 },
    baseUrl: 'https://releases.example',
    path: '/feed.atom',
    query,
    releases,
    sources: new Map([['harbor', source]]),
    label: () => label,
    version: '1.2.3',
  });

const absent = missing('xmllint', 'jing', 'grammar');
test.skipIf(absent)(
  `43. whatever a source says, the feed is valid${absent ? ` (${absent})` : ''}`,
  async () => {
    const documents = fc.sample(site, { numRuns: 400, seed: 4287 }).map(atomOf);
    expect(await complaints('xmllint', documents)).toBe('');
    expect(await complaints('jing', documents)).toBe('');
  },
  60_000,
);

test('43. control characters, a lone surrogate, NUL, a direction override, a title of a million characters, "]]>" twice', async () => {
  const nasty = '\u0000\u0008 ]]> \ud800 \u202e ]]> ';
  const parts = { title: `${nasty}${'long '.repeat(200_000)}`, text: nasty, lead: nasty, html: `<p>${nasty}</p>` };
  const xml = atomOf({ releases: [buildRelease(parts)], source: HARBOR, label: nasty, query: nasty });
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e\ufffe\uffff]/);
  expect(xml.isWellFormed()).toBe(true);
  expect(xml.length).toBeLessThan(10_000);
  if (!absent) expect(await complaints('xmllint', [xml])).toBe('');
});

test('whatever a source says, it becomes no markup of a page', () => {
  fc.assert(
    fc.property(site, ({ releases, source, label }) => {
      const frame = { root: '', sources: new Map([['harbor', source]]), version: '1.2.3' };
      const pages = [
        renderLatest(frame, () => [label], 'https://releases.example', releases),
        ...releases.map(release => {
          const related = releases.map(one => ({ release: one, because: label }));
          const words = [
            { is: 'gone', words: release.title },
            { is: 'new', words: release.text },
          ] as const;
          const amendments = [{ revision: 2, recordedAt: release.updated, changed: ['title'] as const, words }];
          const shelf = { release, related, amendments, atom: 'tag:x' };
          return renderRelease(frame, () => label, 'https://releases.example', shelf);
        }),
      ];
      for (const page of pages) {
        const body = page.slice(page.indexOf('</style>'));
        expect(body).not.toMatch(/<script|<!--|<!\[|<\?xml|href="(?!https?:|\/|#)/i);
        expect(body.match(/<main /g)).toHaveLength(1);
        // What is left of the text is escaped: outside of tags no quote and no angle bracket stands by itself.
        expect(body.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>"]/);
        expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e]/);
        expect(page.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 300, seed: 4287 },
  );
});

test('labels are data as well', () => {
  const frame = { root: '', sources: new Map([['harbor', HARBOR]]), version: '1.2.3' };
  const page = renderLatest(frame, () => ['<b>x</b>', labelOf('topic', 'tides')], 'https://x.example', [
    buildRelease(),
  ]);
  expect(page).toContain('<li class="chip">&lt;b&gt;x&lt;/b&gt;</li><li class="chip">Tides &amp; currents</li>');
});
