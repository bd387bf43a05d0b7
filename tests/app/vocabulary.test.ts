import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadVocabulary } from '../../src/app/vocabulary.ts';
import { BadTable } from '../../src/app/vocabulary-table.ts';
import { findTerm } from '../../src/core/vocabulary.ts';
import { CONFIG, vocabulary } from '../support/language.ts';

test('the shipped tables hold the thirty topics, the blocs, and never the country of the source', () => {
  expect(vocabulary.topics.map(({ id }) => id)).toHaveLength(30);
  expect(vocabulary.countries.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'ca',
      'us',
      'no',
      'eu',
      'asean',
      'central-asia',
      'gcc',
      'mercosur',
      'africa',
      'middle-east',
      'latin-america',
      'pacific-alliance',
    ]),
  );
  expect(findTerm(vocabulary.countries, 'kr')).toBeNull();
  expect(findTerm(vocabulary.agencies, 'kats')?.label).toEqual({
    en: 'Korean Agency for Technology and Standards',
    ko: '국가기술표준원',
  });
  expect(vocabulary.agencies.find(({ id }) => id === 'wto')?.abroad).toBe(true);
  expect(vocabulary.formulae).toContain('Ministry of Trade, Industry and Resources');
});

test('every value has an id that a query can carry, an English and a Korean label', () => {
  for (const { id, label } of [...vocabulary.topics, ...vocabulary.countries, ...vocabulary.agencies]) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(label.en.trim(), id).not.toBe('');
    expect(label.ko.trim(), id).not.toBe('');
  }
});

describe('a table that cannot be used', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gwanbo-'));
    cpSync(CONFIG, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function refusal(name: string, change: (text: string) => string): BadTable {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    try {
      loadVocabulary(folder);
    } catch (error) {
      if (error instanceof BadTable) return error;
      throw error;
    }
    throw new Error(`${name} was read`);
  }

  const add = (lines: string) => (text: string) => `${text}${lines}`;

  test.each([
    {
      name: 'topics.yaml',
      lines: '\n- id: Bad Id\n  en: A\n  ko: B\n  words: c\n',
      says: '"Bad Id" is no id',
      line: 2,
    },
    {
      name: 'topics.yaml',
      lines: '\n- id: steel\n  en: A\n  ko: B\n  words: c\n',
      says: '"steel" is listed twice',
      line: 2,
    },
    { name: 'topics.yaml', lines: '\n- id: new\n  en: A\n  words: c\n', says: '"ko" is missing', line: 2 },
    {
      name: 'topics.yaml',
      lines: '\n- id: new\n  en: A\n  ko: B\n  wrods: c\n',
      says: '"wrods" is not known here',
      line: 5,
    },
    { name: 'topics.yaml', lines: '\n- id: new\n  en: A\n  ko: B\n  words: c;; d\n', says: 'empty word', line: 5 },
    {
      name: 'topics.yaml',
      lines: '\n- id: new\n  en: [A]\n  ko: B\n  words: c\n',
      says: '"en" must be a text',
      line: 3,
    },
    {
      name: 'topics.yaml',
      lines: '\n- id: new\n  en: A\n  ko: B\n  words: c\n  act: 3\n',
      says: '"act" must be true or false',
      line: 6,
    },
    {
      name: 'people.yaml',
      lines: '\n- id: new-one\n  en: A\n  ko: B\n  offices: Minister since May\n',
      says: '"Minister since May" is no office: write ROLE FROM..UNTIL',
      line: 5,
    },
    { name: 'people.yaml', lines: '\n- id: sung-yun-mo\n  en: A\n  ko: B\n', says: 'listed twice', line: 2 },
    { name: 'types.yaml', lines: '\n- id: talks\n  en: A\n  ko: B\n  words: c\n', says: 'listed twice', line: 2 },
    { name: 'topics.yaml', lines: '\n- id: "new\n', says: 'Missing closing "quote', line: 3 },
    { name: 'countries.yaml', lines: '\nother: x\n', says: '"other" is not known here', line: 2 },
    { name: 'agencies.yaml', lines: '  kats: Twice\n', says: '"kats" is listed under agencies too', line: 1 },
  ])('$name: $says', ({ name, lines, says, line }) => {
    const before = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length;
    const error = refusal(name, text => add(lines)(`${text.trimEnd()}\n`));
    expect(error.message).toContain(says);
    expect(error.file).toBe(join(folder, name));
    expect(error.line).toBe(before + line);
    expect(error.message.startsWith(`${error.file}:${error.line}: `)).toBe(true);
  });

  test('an unknown country code, and a file that is no list', () => {
    expect(refusal('countries.yaml', text => text.replace('\n  al: ', '\n  zz: ')).message).toContain(
      '"zz" is no ISO 3166 code',
    );
    expect(refusal('topics.yaml', () => 'topics: none\n').message).toContain('must be a list of topics');
  });

  test('a changed table changes the version, a changed line end does not', () => {
    const file = join(folder, 'topics.yaml');
    const text = readFileSync(file, 'utf8');
    expect(loadVocabulary(folder).version).toBe(vocabulary.version);
    writeFileSync(file, text.replaceAll('\n', '\r\n'));
    expect(loadVocabulary(folder).version).toBe(vocabulary.version);
    writeFileSync(file, text.replace('en: Steel and aluminium', 'en: Steel'));
    expect(loadVocabulary(folder).version).not.toBe(vocabulary.version);
  });
});
