/**
 * Scores the facets: `npm run eval [-- FILE...]`. Each file holds labelled releases, one JSON object a line; without
 * one it is data/facets-dev.jsonl of SHARED_DIR, where that exists, and the project's own tests/fixtures/facets-own.jsonl.
 * `--quiet` leaves out topics and mistakes. Words seen once are those of the tables that only one of the file's releases
 * holds; without them, what is left cannot have been fitted to single titles.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { loadVocabulary } from '../src/app/vocabulary.ts';
import { difference, SCORED, type Score, type Scored, scoreFacets } from '../tests/support/score-facets.ts';
import { type Answer, byRules, bySubstring, type Labelled, readLabelled, withoutSingles } from './facets.ts';

const ROOT = resolve(import.meta.dirname, '..');
const WORST = 25;

const vocabulary = loadVocabulary(join(ROOT, 'config'));
const quiet = process.argv.includes('--quiet');
const named = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const files =
  named.length > 0 ? named : [sharedFile(), join(ROOT, 'tests/fixtures/facets-own.jsonl')].filter(existsSync);

for (const file of files) report(file, readLabelled(readFileSync(file, 'utf8')));

function sharedFile(): string {
  return join(process.env.SHARED_DIR ?? resolve(ROOT, '../shared'), 'data/facets-dev.jsonl');
}

function report(file: string, releases: readonly Labelled[]): void {
  const rules = byRules(vocabulary);
  const stripped = withoutSingles(vocabulary, releases);
  console.log(`${basename(file)}: ${releases.length} releases                    F1     precision  recall`);
  print('rules', releases, rules);
  print(`without the ${stripped.removed} words seen once`, releases, byRules(stripped.vocabulary));
  print('substrings, the usual way', releases, bySubstring(vocabulary));
  if (quiet) return;
  printTopics(releases, rules);
  printMistakes(releases, rules);
}

function print(name: string, releases: readonly Labelled[], answer: (release: Labelled) => Answer): void {
  const pairs = releases.map(release => ({ found: answer(release), gold: release.gold }));
  for (const facet of SCORED) line(`  ${name.padEnd(34)} ${facet}`, scoreFacets(pairs, facet));
}

function line(name: string, { f1, precision, recall }: Score): void {
  const shown = [f1, precision, recall].map(value => (Number.isNaN(value) ? '-' : value.toFixed(3)).padEnd(9)).join('');
  console.log(`${name.padEnd(50)}${shown}`);
}

/** Each topic by itself, the worst first. */
function printTopics(releases: readonly Labelled[], answer: (release: Labelled) => Answer): void {
  const only = (id: string, ids: readonly string[]) => ids.filter(one => one === id);
  const rows = vocabulary.topics.map(({ id }) => {
    const pairs = releases.map(release => ({
      found: { topics: only(id, answer(release).topics), countries: [], agencies: [] },
      gold: { ...release.gold, topics: only(id, release.gold.topics) },
    }));
    return { id, labelled: pairs.filter(({ gold }) => gold.topics.length > 0).length, ...scoreFacets(pairs, 'topics') };
  });
  console.log('  topics, the worst first');
  for (const row of rows.toSorted((a, b) => (a.f1 || 0) - (b.f1 || 0)))
    if (row.labelled > 0 || row.f1 === 0) line(`    ${row.id.padEnd(22)} in ${row.labelled}`, row);
}

function printMistakes(releases: readonly Labelled[], answer: (release: Labelled) => Answer): void {
  const wrong = releases
    .map(({ title, gold, ...rest }) => {
      const found = answer({ title, gold, ...rest });
      const facets = SCORED.map((facet: Scored) => ({ facet, ...difference(found[facet], gold, facet) }));
      return { title, facets, count: facets.reduce((sum, one) => sum + one.extra.length + one.missed.length, 0) };
    })
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  console.log(`  mistakes in ${wrong.length} releases${wrong.length > WORST ? `, the worst ${WORST}` : ''}`);
  for (const { title, facets } of wrong.slice(0, WORST)) {
    console.log(`    ${title}`);
    for (const { facet, extra, missed } of facets)
      if (extra.length + missed.length > 0)
        console.log(`      ${facet}: ${[...extra.map(id => `+${id}`), ...missed.map(id => `-${id}`)].join(' ')}`);
  }
}
