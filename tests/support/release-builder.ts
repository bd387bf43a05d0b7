import { NO_FACETS, type Release } from '../../src/core/release.ts';
import type { PublishedSource } from '../../src/publish/site.ts';

/** A release with everything a test does not name. */
export function buildRelease(parts: Partial<Release> & { readonly lead?: string } = {}): Release {
  const { lead, ...given } = parts;
  const key = given.key ?? '2-100';
  const source = given.source ?? 'harbor';
  const facets = given.facets ?? NO_FACETS;
  return {
    id: `${source}/${key}`,
    key,
    source,
    url: `https://harbor.example/releases/${key}/view`,
    title: 'Harbor Office opens a second quay',
    text: 'The Harbor Office opened a second quay on Monday.',
    html: null,
    date: '2025-12-04',
    published: null,
    firstSeen: '2025-12-04T01:05:00Z',
    updated: '2025-12-04T01:05:00Z',
    revision: 1,
    state: 'listed',
    topics: facets.topics,
    countries: facets.countries,
    agencies: facets.agencies,
    category: null,
    categories: [],
    author: null,
    attachments: [],
    ...given,
    facets: lead === undefined ? facets : { ...facets, lead },
  };
}

export const HARBOR: PublishedSource = {
  name: 'Harbor',
  title: 'Harbor and Tide Office, press releases',
  url: 'https://harbor.example/releases',
  zone: 'Asia/Seoul',
  republish: 'full',
  language: 'en',
};

export const MEADOW: PublishedSource = {
  name: '들판청',
  title: '들판과 하천 관리청 보도자료',
  url: 'https://meadow.example/news?board=1&kind=press',
  zone: 'Europe/Lisbon',
  republish: 'lead',
  language: 'ko',
};

const LABELS: Readonly<Record<string, string>> = {
  'topic:shipping': 'Shipping',
  'topic:tides': 'Tides & currents',
  'topic:steel': 'Steel',
  'country:pt': 'Portugal',
  'country:ca': 'Canada',
  'agency:tide-institute': 'Tide Institute',
};

export const labelOf = (facet: string, id: string) => LABELS[`${facet}:${id}`] ?? id;

/** Four releases of two invented offices, newest first, with every part a release can have. */
export function sampleReleases(): readonly Release[] {
  const quay =
    'The Harbor and Tide Office opened a second quay for steel carriers at North Harbor on Thursday, December 4. ' +
    'Deputy Director Ana Ribeiro said the quay will handle "two vessels a day" & shorten waiting times to Portugal by a third.';
  return [
    buildRelease({
      key: '2-104',
      title: 'Harbor Office Opens Second Quay for Steel Carriers to Portugal, R&D Berth <Delta> Included',
      text: `${quay}\n\nThe Tide Institute, which measured the currents for eighteen months, keeps two buoys in place until spring. Its figures are published each week.\nThe next report follows on December 11.`,
      lead: 'The Harbor and Tide Office opened a second quay for steel carriers at North Harbor on Thursday, December 4.',
      date: '2025-12-04',
      firstSeen: '2025-12-04T01:05:00Z',
      updated: '2025-12-05T06:30:00Z',
      revision: 2,
      topics: ['shipping', 'steel', 'tides'],
      countries: ['pt'],
      agencies: ['tide-institute'],
      category: 'Ports/Shipping',
      categories: ['Ports/Shipping', 'Press'],
      attachments: [
        {
          name: 'Quay plan.pdf',
          url: 'https://harbor.example/files/quay plan.pdf',
          type: 'application/pdf',
          bytes: 49_050,
        },
        { name: 'Currents.hwpx', url: 'https://harbor.example/files?id=7&type=raw', type: null, bytes: null },
      ],
      facets: {
        ...NO_FACETS,
        lead: 'The Harbor and Tide Office opened a second quay for steel carriers at North Harbor on Thursday, December 4.',
        mentions: { topics: [], countries: ['ca'] },
        evidence: [
          { facet: 'topic', id: 'steel', where: 'title', words: 'Steel' },
          { facet: 'topic', id: 'steel', where: 'lead', words: 'steel' },
          { facet: 'topic', id: 'shipping', where: 'body', words: 'vessels' },
          { facet: 'topic', id: 'tides', where: 'body', words: 'currents' },
          { facet: 'topic', id: 'tides', where: 'body', words: 'currents' },
          { facet: 'country', id: 'pt', where: 'title', words: 'Portugal' },
          { facet: 'agency', id: 'tide-institute', where: 'body', words: 'Tide Institute' },
        ],
      },
    }),
    buildRelease({
      source: 'meadow',
      key: 'n-31',
      url: 'https://meadow.example/news/31?board=1&kind=press',
      title: '들판청, 겨울철 하천 수위 관측소 열두 곳 새로 설치',
      text: '들판과 하천 관리청은 12월 4일 겨울철 하천 수위 관측소 열두 곳을 새로 설치했다고 밝혔다. 관측 결과는 매일 공개된다.',
      lead: '들판과 하천 관리청은 12월 4일 겨울철 하천 수위 관측소 열두 곳을 새로 설치했다고 밝혔다.',
      date: '2025-12-04',
      published: '2025-12-04T00:30:00Z',
      firstSeen: '2025-12-04T00:41:00Z',
      updated: '2025-12-04T00:41:00Z',
      author: '수위과',
      topics: ['tides'],
    }),
    buildRelease({
      key: 't-abcdefgh',
      url: null,
      title: 'Statement on the closing of the old lighthouse',
      text: 'The old lighthouse closes at the end of the year. Its lamp goes to the museum of the town, where it can be seen from March.',
      lead: 'The old lighthouse closes at the end of the year.',
      date: '2025-12-03',
      firstSeen: '2025-12-03T07:00:00Z',
      updated: '2025-12-03T07:00:00Z',
      countries: ['ca'],
    }),
    buildRelease({
      key: '2-99',
      title: 'Notice of the tide tables for the coming year',
      html: '<p>The tables are <a href="https://harbor.example/tables" rel="noopener nofollow">online</a>.</p><ul><li>North Harbor</li></ul>',
      text: 'The tables are online.\n\nNorth Harbor',
      lead: 'The tables are online.',
      date: null,
      firstSeen: '2025-12-02T07:00:00Z',
      updated: '2025-12-02T07:00:00Z',
      state: 'withdrawn',
    }),
  ];
}
