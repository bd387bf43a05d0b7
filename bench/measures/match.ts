import type { Release } from '../../src/core/release.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { cpuOf, type Measure } from '../harness.ts';
import { language, now, SOURCE } from '../support/bot.ts';
import { writeTexts } from '../support/texts.ts';

/** How many subscriptions, and how many releases are matched in one run, so that it lasts long enough to be measured. */
const SIZES = [
  { subscriptions: 100, times: 100 },
  { subscriptions: 1_000, times: 20 },
  { subscriptions: 10_000, times: 4 },
  { subscriptions: 100_000, times: 4 },
] as const;

/** Characters. */
const LENGTHS = { short: 100_000, long: 1_000_000 };

/** One release against many subscriptions: each of one to three topics, words and phrases, a third with an exclusion. */
export const match: Measure = {
  name: 'match',
  title: 'matching one release of 2.5 kB against subscriptions',
  async run(bench) {
    const texts = writeTexts(200, 1000).map(releaseOf);
    for (const { subscriptions: count, times } of SIZES) {
      const asked = askedBy(count);
      const subscriptions = asked.map(({ query }, at) => subscriptionOf(at + 1, query));
      const filters = asked.map(({ wanted, unwanted }) => ({
        wanted: wanted.map(expressionOf),
        unwanted: unwanted.map(expressionOf),
      }));
      // Queries are compiled when somebody follows, not when a release comes; neither here nor there is that counted.
      const matcher = language.matcher(subscriptions);
      const releases = texts.slice(0, times);
      await bench.compare({
        what: `${count.toLocaleString('en')} subscriptions`,
        against: 'one RegExp per phrase, stopping at the first that fails',
        unit: 'ms CPU a release',
        ...(count === 100_000 ? { goal: { most: 1 / 50 } } : {}),
        ours: async () =>
          (await cpuOf(() => {
            for (const release of releases) matcher(release);
          })) / times,
        theirs: async () =>
          (await cpuOf(() => {
            for (const { title, text } of releases) {
              const whole = `${title}\n${text}`;
              for (const { wanted, unwanted } of filters)
                if (wanted.every(one => one.test(whole))) unwanted.every(one => !one.test(whole));
            }
          })) / times,
      });
    }
    const asking = (count: number) =>
      language.matcher(askedBy(count).map(({ query }, at) => subscriptionOf(at + 1, query)));
    const [ten, hundred] = [asking(10_000), asking(100_000)];
    const [first] = texts;
    if (!first) return;
    await bench.compare({
      what: 'growth from 10,000 to 100,000 subscriptions',
      against: 'itself',
      unit: 'ms CPU a release',
      form: 'exponent',
      goal: { most: 0.85 },
      ours: () => cpuOf(() => hundred(first)),
      theirs: () => cpuOf(() => ten(first)),
    });
    const [short, long] = [LENGTHS.short, LENGTHS.long].map(length => writeTexts(1, 1, length).map(releaseOf));
    const some = asking(1_000);
    await bench.compare({
      what: 'growth from a text of 100 kB to one of 1 MB',
      against: 'itself',
      unit: 'ms CPU a release',
      form: 'exponent',
      goal: { most: 1.1 },
      ours: () => cpuOf(() => long?.map(some)),
      theirs: () => cpuOf(() => short?.map(some)),
    });
  },
};

interface Asked {
  readonly query: string;
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

const WORDS = writeTexts(40)
  .flatMap(({ body }) => body.match(/[A-Za-z]{5,}/g) ?? [])
  .filter((word, at, all) => all.indexOf(word) === at);
const ENDINGS = ['policy', 'council', 'forum', 'plan', 'fund', 'office', 'rules', 'report'] as const;

/** The same number gives the same subscriptions: mostly of words that a given release does not hold, as in life. */
function askedBy(count: number): Asked[] {
  const topics = language.vocabulary.topics.map(topic => ({ id: topic.id, label: topic.label.en }));
  return Array.from({ length: count }, (_, at) => {
    const topic = topics[at % topics.length] ?? { id: 'steel', label: 'Steel' };
    // Round after round of the words other ones meet, so that few subscriptions are equal.
    const round = Math.floor(at / WORDS.length);
    const word = WORDS[(at * 13 + round) % WORDS.length] ?? 'steel';
    const phrase = `${WORDS[(at * 7 + round * 3) % WORDS.length]} ${ENDINGS[(at + round) % ENDINGS.length]}`;
    const kinds = [
      { query: `"${phrase}"`, wanted: [phrase] },
      { query: `topic:${topic.id} "${phrase}"`, wanted: [topic.label, phrase] },
      { query: `topic:${topic.id} ${word}`, wanted: [topic.label, word] },
    ];
    const { query, wanted } = kinds[at % kinds.length] ?? kinds[0]!;
    const unwanted = at % 9 < 3 ? [WORDS[(at * 29 + round * 5) % WORDS.length] ?? 'none'] : [];
    return { query: [query, ...unwanted.map(one => `-${one}`)].join(' '), wanted, unwanted };
  });
}

const expressionOf = (phrase: string) =>
  new RegExp(`\\b${phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')}\\b`, 'i');

function subscriptionOf(id: number, query: string): Subscription {
  return {
    id,
    query,
    normal: language.parse(query).normal,
    to: `slack:C${id}`,
    when: 'now',
    urgent: false,
    mention: [],
    style: 'card',
    state: 'active',
    reason: null,
    createdBy: 'cli',
    createdAt: now(),
    pausedUntil: null,
    lastMatch: null,
  };
}

export function releaseOf({ number, title, body, date }: ReturnType<typeof writeTexts>[number]): Release {
  const facets = language.classify({ title, text: body });
  const at = now();
  return {
    id: `${SOURCE}/${number}`,
    key: String(number),
    source: SOURCE,
    url: `https://releases.example/${number}`,
    title,
    text: body,
    html: null,
    date,
    published: null,
    firstSeen: at,
    updated: at,
    revision: 1,
    state: 'listed',
    topics: facets.topics,
    countries: facets.countries,
    agencies: facets.agencies,
    facets,
    category: null,
    categories: [],
    author: null,
    attachments: [],
  };
}
