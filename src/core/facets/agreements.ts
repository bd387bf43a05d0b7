import type { Reading } from '../reading.ts';
import type { Evidence } from '../release.ts';
import type { Term } from '../vocabulary.ts';
import { evidenceOf, findTerms } from './matcher.ts';

/** Kinds of agreements between governments; the names are fixed by treaty, so they are part of the program. */
export const AGREEMENTS: readonly Term[] = [
  agreement('fta', 'Free trade agreement', '자유무역협정', ['FTA', 'KORUS']),
  agreement('cepa', 'Comprehensive economic partnership agreement', '포괄적경제동반자협정', ['CEPA']),
  agreement('epa', 'Economic partnership agreement', '경제동반자협정', ['EPA'], ['Environmental Protection Agency']),
  agreement('rcep', 'Regional comprehensive economic partnership', '역내포괄적경제동반자협정', ['RCEP']),
  agreement(
    'cptpp',
    'Comprehensive and progressive agreement for trans-pacific partnership',
    '포괄적·점진적 환태평양경제동반자협정',
    ['CPTPP'],
  ),
  agreement('ipef', 'Indo-Pacific economic framework', '인도태평양경제프레임워크', ['IPEF']),
  agreement('tipf', 'Trade and investment promotion framework', '무역투자촉진프레임워크', ['TIPF']),
  agreement('dpa', 'Digital partnership agreement', '디지털동반자협정', ['DPA', 'DEPA', 'digital trade agreement']),
  agreement('mou', 'Memorandum of understanding', '양해각서', ['MOU', 'MoU', 'memoranda of understanding']),
  agreement('trq', 'Tariff rate quota', '관세할당', ['TRQ', 'tariff-rate quota', '저율관세할당']),
];

function agreement(id: string, en: string, ko: string, words: readonly string[], except: readonly string[] = []): Term {
  // The written-out name stands in texts with and without capitals.
  return { id, label: { en, ko }, names: words, words: [en.toLowerCase(), ko, ...words], except };
}

/** The agreements that a release names, each with the words and where they stand. */
export function findAgreements({
  title,
  body,
  where,
}: Reading): ReadonlyMap<string, readonly Omit<Evidence, 'facet'>[]> {
  const places = [title, body].flatMap(part =>
    findTerms(AGREEMENTS, part, part.own).map(({ term, start, words }) => ({
      id: term.id,
      where: where(part, start),
      words,
    })),
  );
  return new Map([...Map.groupBy(places, ({ id }) => id)].map(([id, found]) => [id, evidenceOf(found)]));
}
