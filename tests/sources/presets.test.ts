import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig, loadPresets } from '../../src/app/config.ts';
import { readDuration } from '../../src/app/config-source.ts';
import { dayOf } from '../../src/core/dates.ts';
import type { Item } from '../../src/core/item.ts';
import { openReaders, openSource } from '../../src/sources/open-source.ts';
import { type PresetSite, presetFixture, servePreset } from '../support/preset-site.ts';
import { itemsOf } from '../support/sources.ts';

const PRESETS = loadPresets();
const NAMES = Object.keys(PRESETS);

const readers = openReaders({ limits: { total: 10_000, header: 5_000 } });
afterAll(() => readers.close());

/** A preset as the config has it, on a site of this machine. */
async function open(name: string) {
  const preset = PRESETS[name];
  if (!preset) throw new Error(`no preset ${name}`);
  const site = await servePreset(name, preset);
  onTestFinished(() => site.close());
  const [config] = loadConfig(
    'g.yaml',
    JSON.stringify({ sources: [{ id: name, preset: name, url: site.url }] }),
  ).sources;
  if (!config) throw new Error('no source');
  const source = openSource(config, readers);
  return { site, config, items: async () => itemsOf(await source.read(null)) };
}

/** What a reader sees first of an item; addresses of the site on this machine are those of the real one. */
function shown(item: Item, site: PresetSite, zone: string) {
  const { key, url, title, text, date } = item;
  const local = (address: string | null) => address?.replace(site.origin, 'http://site') ?? null;
  return { key: local(key), url: local(url), title, text, day: date && dayOf(date, zone) };
}

describe('every ready source', () => {
  test.each(NAMES)('%s says who it is, when and in which words it is read, and how much may be shown', name => {
    const preset = PRESETS[name];
    expect(preset).toMatchObject({
      kind: expect.any(String),
      url: expect.stringMatching(/^https:\/\//),
      name: expect.any(String),
      title: expect.any(String),
      zone: expect.stringMatching(/\//),
      language: expect.stringMatching(/^(?:en|ko|ja)$/),
      every: expect.any(String),
      republish: name === 'motir' ? 'full' : expect.stringMatching(/^(?:lead|link)$/),
      notes: expect.any(String),
    });
    const { sources } = loadConfig('g.yaml', JSON.stringify({ sources: [{ id: name, preset: name }] }));
    expect(sources[0]).toMatchObject({ id: name, url: expect.any(String), language: preset?.language });
  });

  test('has a page or feed of its own among the fixtures, and no fixture is without a preset', () => {
    for (const name of NAMES) expect(presetFixture(name).file).toContain(name);
    const files = readdirSync(resolve(import.meta.dirname, '../fixtures/presets'));
    expect(new Set(files.map(file => file.split('.')[0]))).toEqual(new Set(NAMES));
  });

  test('of the European Commission is asked at least three times a day', () => {
    expect(readDuration(PRESETS['eu-press']?.every ?? '')).toBeLessThanOrEqual(readDuration('8h'));
  });
});

describe('what it lists is read right', () => {
  test.each([
    [
      'motir',
      2,
      {
        key: '2-2502',
        url: 'http://site/eng/article/EATCLdfa319ada/2502/view',
        title: 'Shipyards and steel mills agree on plates',
        text: 'Both sides met in Ulsan on Thursday. A price for the next half year was agreed.',
        day: '2025-12-04',
      },
    ],
    [
      'motir-korean',
      2,
      {
        key: '81-172110',
        url: 'http://site/kor/article/ATCL3f49a5a8c/172110/view',
        title: '철강 업계와 조선 업계, 후판 가격 합의',
        text: '양측은 목요일 울산에서 만났다. 다음 반년의 가격에 합의했다.',
        day: '2025-12-04',
      },
    ],
    [
      'motir-korean-rss',
      2,
      {
        key: 'https://www.motir.go.kr/kor/article/ATCLb41cda0c5/70012/view',
        url: 'https://www.motir.go.kr/kor/article/ATCLb41cda0c5/70012/view',
        title: '수출 통계 설명회 안내',
        text: '설명회는 세종에서 열린다.',
        day: '2025-12-04',
      },
    ],
    [
      'korea-kr-motir',
      2,
      {
        key: 'https://www.korea.kr/briefing/pressReleaseView.do?newsId=156730002',
        url: 'https://www.korea.kr/briefing/pressReleaseView.do?newsId=156730002',
        title: '후판 가격 합의, 조선과 철강이 함께 웃다',
        text: '양측이 울산에서 만나 가격에 합의했다.\n\n다음 만남은 봄이다.',
        day: '2025-12-04',
      },
    ],
    [
      'korea-kr-mcee',
      2,
      {
        key: 'https://www.korea.kr/briefing/pressReleaseView.do?newsId=156730011',
        url: 'https://www.korea.kr/briefing/pressReleaseView.do?newsId=156730011',
        title: '수소 R&D 과제 열두 건 선정',
        text: '과제는 내년에 시작한다.',
        day: '2025-12-04',
      },
    ],
    [
      'msit-korea',
      2,
      {
        key: 'http://site/bbs/view.do?sCode=user&bbsSeqNo=94&nttSeqNo=3186002',
        url: 'http://site/bbs/view.do?sCode=user&bbsSeqNo=94&nttSeqNo=3186002',
        title: '11월 정보통신 수출입 동향',
        text: '반도체와 휴대폰이 늘었다.',
        day: '2025-12-14',
      },
    ],
    [
      'kats',
      2,
      {
        key: 'http://site/content.do?cmsid=240&mode=view&cid=24502',
        url: 'http://site/content.do?cmsid=240&mode=view&cid=24502',
        title: '어린이 의자 안전기준을 고치다',
        text: '',
        day: '2025-12-04',
      },
    ],
    [
      'customs-korea',
      2,
      { key: null, url: null, title: '12월 1일부터 10일까지의 수출입', text: '', day: '2025-12-11' },
    ],
    [
      'yonhap-english',
      2,
      {
        key: 'https://en.yna.co.kr/view/AEN20251204000100320',
        url: 'https://en.yna.co.kr/view/AEN20251204000100320',
        title: '(LEAD) Plate prices settled after a long night',
        text: 'Mills and yards shook hands shortly before dawn.',
        day: '2025-12-04',
      },
    ],
    [
      'korea-herald',
      2,
      {
        key: 'https://www.koreaherald.com/article/10600102',
        url: 'https://www.koreaherald.com/article/10600102',
        title: 'Yards & mills agree',
        text: 'A price & a handshake.',
        day: '2025-12-04',
      },
    ],
    [
      'meti-japan',
      2,
      {
        key: 'https://www.meti.go.jp/press/2025/12/20251204002/20251204002.html',
        url: 'https://www.meti.go.jp/press/2025/12/20251204002/20251204002.html',
        title: '鉄鋼の国際会議を開きました',
        text: '参加国は来年も会うことにしました。',
        day: '2025-12-04',
      },
    ],
    [
      'ustr',
      2,
      {
        key: '26133 at https://ustr.gov',
        url: 'https://ustr.gov/about/policy-offices/press-office/one',
        title: 'Hearing on plates and pipes',
        text: 'The hearing begins at nine.',
        day: '2025-12-03',
      },
    ],
    [
      'federal-register-bis',
      2,
      {
        key: 'https://www.federalregister.gov/documents/2025/12/04/2025-21002/additions-to-a-list-of-parties',
        url: 'https://www.federalregister.gov/documents/2025/12/04/2025-21002/additions-to-a-list-of-parties',
        title: 'Additions to a List of Parties',
        text: 'This rule adds three parties to a list.',
        day: '2025-12-04',
      },
    ],
    [
      'eu-press',
      10,
      {
        key: 'ip_25_1810',
        url: 'https://ec.europa.eu/commission/presscorner/detail/en/ip_25_1810',
        title: 'Commission looks at a bridge',
        text: '',
        day: '2025-12-04',
      },
    ],
    [
      'gov-uk-trade',
      2,
      {
        key: 'tag:www.gov.uk,2005:/government/news/talks-on-whisky',
        url: 'https://www.gov.uk/government/news/talks-on-whisky',
        title: 'Talks on whisky',
        text: 'Two ministers met.',
        day: '2025-12-04',
      },
    ],
    [
      'wto',
      10,
      {
        key: 'https://www.wto.org/english/news_e/news25_e/item_10dec25_e.htm',
        url: 'https://www.wto.org/english/news_e/news25_e/item_10dec25_e.htm',
        title: 'Members talk of fish',
        text: 'Members talk of fish in Geneva.',
        day: '2025-12-10',
      },
    ],
    [
      'iso',
      2,
      {
        key: 'https://www.iso.org/contents/news/2025/12/screw.html',
        url: 'https://www.iso.org/contents/news/2025/12/screw.html',
        title: 'A screw that fits everywhere',
        text: 'How a thread became common.',
        day: '2025-12-02',
      },
    ],
  ] as const)('of %s', async (name, count, first) => {
    const { site, config, items } = await open(name);
    const read = await items();
    expect(read).toHaveLength(count);
    expect(read[0] && shown(read[0], site, config.zone)).toEqual(first);
    for (const item of read) expect(item.date, item.title).toMatch(/^2025-1[12]-\d\d/);
  });
});

describe('what is odd about it is met', () => {
  test('the Korean board: texts and files come from the item pages, under the number and the board code', async () => {
    const { site, items } = await open('motir-korean');
    const [first, second] = await items();
    expect(second).toMatchObject({
      key: '81-172106',
      date: '2025-12-03',
      text: '배터리와 항만에 관하여 이야기하였다.',
    });
    expect(first?.attachments).toEqual([
      {
        name: '보도자료.hwpx',
        url: `${site.origin}/attach/down/ab172110/cd172110`,
        type: 'application/hwp+zip',
        bytes: 49_050,
      },
    ]);
  });

  test('the Korean board is known by what it shows where no profile is named', async () => {
    const { site, config } = await open('motir-korean');
    const read = async (profile: string | null) => {
      const source = openSource({ ...config, profile }, readers);
      return source.read(null);
    };
    expect(itemsOf(await read(null)).map(item => item.key)).toEqual(['81-172110', '81-172106']);
    expect(await read('list')).toMatchObject({ is: 'unhealthy', fault: 'layout' });
    expect(site.requests.length).toBeGreaterThan(3);
  });

  test("the ministry's RSS is asked for by POST, which is all it answers to", async () => {
    const { site, items } = await open('motir-korean-rss');
    expect((await items())[0]?.date).toBe('2025-12-04T11:00:00+09:00');
    expect(site.requests.map(({ method }) => method)).toEqual(['POST']);
  });

  test('korea.kr: pictures of the CDATA stay with absolute addresses and without scripts, a late hour is the next day', async () => {
    const { config, site, items } = await open('korea-kr-motir');
    const [first, second] = await items();
    expect(first?.html).toContain('<img alt="악수하는 두 사람" src="https://www.korea.kr/newsWeb/pic/one.jpg" />');
    expect(first?.html).toContain(`<img alt="" src="${site.origin}/newsWeb/pic/two.jpg" />`);
    expect(first?.html).not.toContain('onerror');
    expect(first?.author).toBe('산업통상부');
    expect(second?.date && dayOf(second.date, config.zone)).toBe('2025-12-04');
  });

  test('WTO: midnight GMT is the printed day in Geneva', async () => {
    const { config, items } = await open('wto');
    const days = (await items()).map(item => item.date && dayOf(item.date, config.zone));
    expect(days).toEqual(Array.from({ length: 10 }, (_, at) => `2025-12-${String(10 - at).padStart(2, '0')}`));
  });

  test('USTR: a Drupal date is an hour of Washington, an anchor in the title is its words', async () => {
    const { items } = await open('ustr');
    expect((await items()).map(item => item.date)).toEqual(['2025-12-03T22:23:00-05:00', '2025-12-02T09:05:00-05:00']);
  });

  test('Federal Register: the query goes out as it is written', async () => {
    const { site, items } = await open('federal-register-bis');
    await items();
    expect(site.requests[0]?.url).toBe('/api/v1/documents.rss?conditions[agencies][]=industry-and-security-bureau');
  });

  test('METI: an hour after midnight in Tokyo is that day, whatever the zone of the machine', async () => {
    const { config, items } = await open('meti-japan');
    expect((await items()).map(item => item.date && dayOf(item.date, config.zone))).toEqual([
      '2025-12-04',
      '2025-12-04',
    ]);
  });

  test('GOV.UK: an entry that comes up again is the same entry with a later date', async () => {
    const { site, items } = await open('gov-uk-trade');
    const before = await items();
    site.shows = 'gov-uk-trade.updated';
    const after = await items();
    expect(after.map(item => item.key).toSorted()).toEqual(before.map(item => item.key).toSorted());
    expect(after[0]).toMatchObject({
      key: before[1]?.key,
      date: '2025-12-05T16:00:00Z',
      updated: '2025-12-05T16:00:00Z',
    });
  });

  test('KATS: the session in its links is no part of the key', async () => {
    const { items } = await open('kats');
    expect((await items()).map(item => item.key).join()).not.toContain('jsessionid');
  });
});
