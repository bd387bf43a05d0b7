import { describe, expect, test } from 'vitest';
import { renderAtom } from '../../src/publish/syndication.ts';
import { complaints, missing } from '../support/atom-tools.ts';
import { buildRelease, HARBOR, labelOf, MEADOW, sampleReleases } from '../support/release-builder.ts';

const DOCUMENT = {
  installation: { authority: 'harbor.example', year: 2025 },
  baseUrl: 'https://releases.example',
  path: '/feed.atom',
  query: null,
  releases: sampleReleases(),
  sources: new Map([
    ['harbor', HARBOR],
    ['meadow', MEADOW],
  ]),
  label: labelOf,
  version: '1.2.3',
};

const entry = (xml: string, id: string) => xml.split('<entry').find(part => part.includes(`<id>${id}</id>`)) ?? '';
const only = (parts: Parameters<typeof buildRelease>[0], source = HARBOR) =>
  renderAtom({ ...DOCUMENT, sources: new Map([['harbor', source]]), releases: [buildRelease(parts)] });

describe('the feed', () => {
  test('has an id, a title, its own and the page’s link, a generator and the time of the last change', () => {
    const head = renderAtom(DOCUMENT).split('<entry')[0];
    expect(head).toContain('<feed xml:lang="en" xmlns="http://www.w3.org/2005/Atom">');
    expect(head).toContain('<id>tag:harbor.example,2025:feed</id>');
    expect(head).toContain('<updated>2025-12-05T06:30:00.000Z</updated>');
    expect(head).toContain('<generator version="1.2.3">gwanbo</generator>');
    expect(head).toContain('type="application/atom+xml" rel="self" href="https://releases.example/feed.atom"/>');
    expect(head).toContain('<link type="text/html" rel="alternate" href="https://releases.example/"/>');
    expect(head).toContain('<icon>https://releases.example/icon.svg</icon>');
    expect(head).toMatch(/<subtitle>[^<]+<\/subtitle>/);
    expect(head).toMatch(/<rights>[^<]+<\/rights>/);
  });

  test('of one source carries its title, its language and the way to it', () => {
    const xml = renderAtom({ ...DOCUMENT, sources: new Map([['meadow', MEADOW]]), releases: [] });
    expect(xml).toContain('<feed xml:lang="ko" ');
    expect(xml).toContain(`<title>${MEADOW.title}</title>`);
    expect(xml).toContain('<link rel="via" href="https://meadow.example/news?board=1&amp;kind=press"/>');
  });

  test('without releases dates from the year its ids were minted in, never from now', () => {
    expect(renderAtom({ ...DOCUMENT, releases: [] })).toContain('<updated>2025-01-01T00:00:00.000Z</updated>');
  });

  test('of a query has an id and a title of its own', () => {
    const xml = renderAtom({ ...DOCUMENT, query: 'topic:steel -"a & b"', path: '/feed.atom?q=x' });
    expect(xml).toContain('<id>tag:harbor.example,2025:feed?q=topic%3Asteel%20-%22a%20%26%20b%22</id>');
    expect(xml).toContain('<title>topic:steel -"a &amp; b" · Official releases: Harbor and 들판청</title>');
  });

  test('keeps the order it is given and the ids of the releases, whatever URL serves it', () => {
    const ids = (baseUrl: string) =>
      [...renderAtom({ ...DOCUMENT, baseUrl }).matchAll(/<id>([^<]+)<\/id>/g)].map(found => found[1]);
    const expected = ['feed', 'harbor/2-104', 'meadow/n-31', 'harbor/t-abcdefgh', 'harbor/2-99'];
    expect(ids('https://releases.example')).toEqual(expected.map(id => `tag:harbor.example,2025:${id}`));
    expect(ids('http://127.0.0.1:9/below/')).toEqual(ids('https://releases.example'));
  });
});

describe('an entry', () => {
  const xml = renderAtom(DOCUMENT);

  test('escapes its plain title once for HTML', () => {
    expect(entry(xml, 'tag:harbor.example,2025:harbor/2-104')).toContain(
      '<title type="html"><![CDATA[Harbor Office Opens Second Quay for Steel Carriers to Portugal, R&amp;D Berth &lt;Delta&gt; Included]]></title>',
    );
  });

  test('leads to the official page, or to ours where there is none', () => {
    const link = (id: string) => /rel="alternate" type="text\/html" href="([^"]+)"/.exec(entry(xml, id))?.[1];
    expect(link('tag:harbor.example,2025:harbor/2-104')).toBe('https://harbor.example/releases/2-104/view');
    expect(link('tag:harbor.example,2025:harbor/t-abcdefgh')).toBe(
      'https://releases.example/releases/harbor/t-abcdefgh',
    );
    for (const url of ['javascript:alert(1)', '/view/7', 'file:///etc/passwd', 'data:text/html,x'])
      expect(only({ url })).toContain('href="https://releases.example/releases/harbor/2-100"');
  });

  test('writes a URL that RFC 3986 would not take in a form that it takes', () => {
    expect(only({ url: 'https://harbor.example/a b?ids[]=1|2&q=%zz"#x#y' })).toContain(
      'href="https://harbor.example/a%20b?ids%5B%5D=1%7C2&amp;q=%25zz%22#x%23y"',
    );
    expect(only({ url: 'https://harbor.example/list?#' })).toContain('href="https://harbor.example/list"');
  });

  test.each([
    ['a day begins where the source is', { date: '2025-12-04' }, HARBOR, '2025-12-04T00:00:00+09:00'],
    ['in summer time too', { date: '2025-07-01' }, { ...HARBOR, zone: 'Europe/Lisbon' }, '2025-07-01T00:00:00+01:00'],
    ['a given time wins', { date: '2025-12-04', published: '2025-12-04T02:03:04Z' }, HARBOR, '2025-12-04T02:03:04Z'],
    ['no date, no time', { date: null }, HARBOR, null],
    ['a day that does not exist', { date: '2025-13-40' }, HARBOR, null],
    ['a zone that does not exist', { date: '2025-12-04' }, { ...HARBOR, zone: 'Mars/Olympus' }, null],
  ])('is published when its source says: %s', (_, parts, source, expected) => {
    expect(/<published>([^<]*)</.exec(only(parts, source))?.[1] ?? null).toBe(expected);
  });

  test('carries its facets, its official category and the other labels, each under its own scheme', () => {
    const found = [...entry(xml, 'tag:harbor.example,2025:harbor/2-104').matchAll(/<category ([^>]+)\/>/g)];
    expect(found.map(category => category[1])).toEqual([
      'scheme="tag:harbor.example,2025:topics" term="shipping" label="Shipping"',
      'scheme="tag:harbor.example,2025:topics" term="steel" label="Steel"',
      'scheme="tag:harbor.example,2025:topics" term="tides" label="Tides &amp; currents"',
      'scheme="tag:harbor.example,2025:countries" term="pt" label="Portugal"',
      'scheme="tag:harbor.example,2025:agencies" term="tide-institute" label="Tide Institute"',
      'scheme="tag:harbor.example,2025:category/harbor" term="Ports/Shipping" label="Ports/Shipping"',
      'scheme="tag:harbor.example,2025:label/harbor" term="Press" label="Press"',
    ]);
  });

  test('has no category without a term', () => {
    expect(only({ category: ' \u0000\t', categories: ['', 'Ports', 'Ports'] }).match(/<category /g)).toHaveLength(1);
  });

  test('links its attachments, with type and length only where they are known', () => {
    expect(entry(xml, 'tag:harbor.example,2025:harbor/2-104').match(/<link rel="enclosure"[^>]*>/g)).toEqual([
      '<link rel="enclosure" href="https://harbor.example/files/quay%20plan.pdf" type="application/pdf" length="49050" title="Quay plan.pdf"/>',
      '<link rel="enclosure" href="https://harbor.example/files?id=7&amp;type=raw" title="Currents.hwpx"/>',
    ]);
    const odd = only({
      attachments: [
        { name: '', url: 'https://harbor.example/x', type: 'a picture', bytes: -1 },
        { name: 'x', url: 'javascript:x', type: null, bytes: 1 },
      ],
    });
    expect(odd.match(/<link rel="enclosure"[^>]*>/g)).toEqual([
      '<link rel="enclosure" href="https://harbor.example/x"/>',
    ]);
  });

  test('names its author, or else its source, and says in which language it is', () => {
    const korean = xml.split('<entry').find(part => part.includes('meadow/n-31'));
    expect(korean).toContain('<name>수위과</name>');
    expect(korean?.startsWith(' xml:lang="ko">')).toBe(true);
    expect(entry(xml, 'tag:harbor.example,2025:harbor/2-99')).toContain(`<name>${HARBOR.title}</name>`);
    expect(only({ author: 'A & B &amp; C <x>' })).toContain('<name>A &amp; B &amp;amp; C &lt;x&gt;</name>');
  });

  test.each([
    ['full', true, true],
    ['lead', false, true],
    ['link', false, false],
  ] as const)('security rule 16: shows as much text as its source allows: %s', (republish, content, summary) => {
    const text = only({ text: 'The lead. The secret rest.', lead: 'The lead.' }, { ...HARBOR, republish });
    expect(text.includes('The secret rest.')).toBe(content);
    expect(text.includes('<content ')).toBe(content);
    expect(text.includes('<summary type="html"><![CDATA[The lead.]]></summary>')).toBe(summary);
  });

  test('shows only title and link of a source that is no longer configured', () => {
    const text = renderAtom({ ...DOCUMENT, sources: new Map(), releases: [buildRelease({ lead: 'The lead.' })] });
    expect(text).not.toMatch(/<content|<summary|quay on Monday/);
    expect(text).toContain('Harbor Office opens a second quay');
  });

  test('keeps the paragraphs and lines of a plain text, and the HTML of a source that gives it', () => {
    expect(only({ text: 'One <b>.\n\n\n \nTwo\nthree' })).toContain('<p>One &lt;b&gt;.</p>\n<p>Two<br>three</p>');
    expect(only({ html: '<p>a ]]> b ]]> c</p>' })).toContain('<![CDATA[<p>a ]]&gt; b ]]&gt; c</p>]]>');
  });

  test('is not confused by a text that looks like the document around it', () => {
    const xml = renderAtom({
      ...DOCUMENT,
      releases: [
        buildRelease({ key: 'a', html: '</entry><entry><feed x><link href="x">', topics: ['steel'] }),
        buildRelease({ key: 'b', countries: ['pt'] }),
      ],
    });
    expect(xml).toContain('<![CDATA[</entry><entry><feed x><link href="x">]]>');
    expect(xml.split('<id>tag:harbor.example,2025:harbor/b</id>')[0]).toContain('term="steel"');
    expect(xml.split('<id>tag:harbor.example,2025:harbor/b</id>')[1]).toContain('term="pt"');
  });
});

const VARIANTS = [
  renderAtom(DOCUMENT),
  renderAtom({ ...DOCUMENT, releases: [] }),
  renderAtom({ ...DOCUMENT, sources: new Map() }),
  renderAtom({ ...DOCUMENT, sources: new Map([['meadow', { ...MEADOW, language: 'no language', url: 'nowhere' }]]) }),
];

describe.each(['xmllint', 'jing'] as const)('%s', tool => {
  const reason = missing(tool, 'grammar');
  test.skipIf(reason)(
    `finds every variant valid by the grammar of RFC 4287${reason ? ` (${reason})` : ''}`,
    async () => {
      expect(await complaints(tool, VARIANTS)).toBe('');
    },
  );

  test.skipIf(reason)(`would say so if it were not${reason ? ` (${reason})` : ''}`, async () => {
    expect(await complaints(tool, [VARIANTS[0]!.replace(' term="steel"', '')])).not.toBe('');
  });
});
