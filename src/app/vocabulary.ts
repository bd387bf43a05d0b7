import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES_VERSION } from '../core/classify.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import type { Table } from './vocabulary-table.ts';
import { readAgencies, readCountries, readPeople, readTopics } from './vocabulary-terms.ts';

/** The tables of the config folder, which together are the vocabulary. */
const FILES = ['topics.yaml', 'countries.yaml', 'agencies.yaml', 'types.yaml', 'people.yaml'] as const;

/**
 * Reads the vocabulary of facets and queries.
 * @param folder the config folder, with the five tables
 * @returns terms with ids unique within each facet; `version` changes with the tables and with the rules
 * @throws {BadTable} naming file, line and what to write instead; the file system's error where a file cannot be read
 */
export function loadVocabulary(folder: string): Vocabulary {
  const [topics, countries, agencies, types, people] = FILES.map(name => {
    const file = join(folder, name);
    return { file, text: readFileSync(file, 'utf8') };
  }) as [Table, Table, Table, Table, Table];
  const bodies = readAgencies(agencies);
  return {
    topics: readTopics(topics),
    countries: readCountries(countries),
    agencies: bodies.agencies,
    noBodies: bodies.noBodies,
    types: readTopics(types),
    people: readPeople(people),
    formulae: bodies.own,
    version: versionOf([topics, countries, agencies, types, people]),
  };
}

/** Eight digits of the tables' digest behind the number of the rules: enough to tell that something changed. */
function versionOf(tables: readonly Table[]): string {
  const digest = createHash('sha256');
  for (const { text } of tables) digest.update(text.replaceAll('\r\n', '\n')).update('\0');
  return `${RULES_VERSION}-${digest.digest('hex').slice(0, 8)}`;
}
