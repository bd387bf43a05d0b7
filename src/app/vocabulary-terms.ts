import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import ko from 'i18n-iso-countries/langs/ko.json' with { type: 'json' };
import type { Official, Term } from '../core/vocabulary.ts';
import { type Entries, readTable, type Table } from './vocabulary-table.ts';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const TOPIC_KEYS = ['id', 'en', 'ko', 'names', 'words', 'inTitle', 'weak', 'except', 'with', 'unless', 'act'];
const BLOC_KEYS = ['en', 'ko', 'names', 'words', 'inTitle', 'except', 'unless'];
const COUNTRY_KEYS = ['leaveOut', 'label', 'names', 'words', 'inTitle', 'except', 'unless', 'blocs'];

/** @throws {BadTable} */
export function readTopics(table: Table): readonly Term[] {
  return readList(table, 'a list of topics, each beginning with "- id:"', (topic, id) => {
    topic.onlyKeys(TOPIC_KEYS);
    return {
      ...termOf(id, topic),
      words: topic.words('words', 'required'),
      ...optional(topic),
      ...(topic.flag('act') && { act: true }),
    };
  });
}

/** "Minister 2022-05-12..2023-09-19", or without the last day for who holds it now. */
const OFFICE = /^(.+) (\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})?$|^(.+) (\d{4}-\d{2}-\d{2})$/;

/** @throws {BadTable} */
export function readPeople(table: Table): readonly Official[] {
  return readList(table, 'a list of people, each beginning with "- id:"', (person, id) => {
    person.onlyKeys(['id', 'en', 'ko', 'names', 'offices']);
    const offices = person.words('offices').map(text => {
      const [, role, from, until, current, since] = OFFICE.exec(text) ?? [];
      const office = { role: role ?? current, from: from ?? since };
      if (office.role === undefined || office.from === undefined)
        return person.refuse(
          'offices',
          `"${text}" is no office: write ROLE FROM..UNTIL, as in Minister 2022-05-12..2023-09-19`,
        );
      return { role: office.role, from: office.from, until: until ?? null };
    });
    return { ...termOf(id, person), words: [], offices };
  });
}

function readList<T extends Term>(
  table: Table,
  expected: string,
  read: (entry: Entries, id: string) => T,
): readonly T[] {
  const root = readTable(table);
  const terms = root.list(expected).map(entry => {
    const id = entry.text('id');
    if (!ID.test(id)) entry.refuse('id', `"${id}" is no id: write lower-case words joined by hyphens`);
    return read(entry, id);
  });
  const seen = new Set<string>();
  for (const [i, { id }] of terms.entries()) {
    if (seen.has(id)) root.refuseAt([i, 'id'], `"${id}" is listed twice: keep one of them`);
    seen.add(id);
  }
  return terms;
}

const termOf = (id: string, entry: Entries) => ({
  id,
  label: { en: entry.text('en'), ko: entry.text('ko') },
  names: entry.words('names'),
  except: entry.words('except'),
});

function optional(entry: Entries): Pick<Term, 'inTitle' | 'weak' | 'with' | 'unless'> {
  const some = (key: 'inTitle' | 'weak' | 'with' | 'unless') => {
    const words = entry.words(key);
    return words.length > 0 ? { [key]: words } : {};
  };
  return { ...some('inTitle'), ...some('weak'), ...some('with'), ...some('unless') };
}

/** @throws {BadTable} */
export function readCountries(table: Table): readonly Term[] {
  const root = readTable(table).map('maps named names, words, except and blocs');
  root.onlyKeys(COUNTRY_KEYS);
  const sections = { label: root.part('label'), names: root.part('names'), words: root.part('words') };
  const except = root.part('except');
  const more = { inTitle: root.part('inTitle'), unless: root.part('unless') };
  const codes = new Set(Object.keys(en.countries).map(code => code.toLowerCase()));
  for (const section of [...Object.values(sections), except, ...Object.values(more)])
    for (const code of section.keys())
      if (!codes.has(code)) section.refuse(code, `"${code}" is no ISO 3166 code in lower case`);
  const left = new Set(root.words('leaveOut'));
  const countries = [...codes]
    .filter(code => !left.has(code))
    .map((code): Term => {
      const english = namesIn(en.countries, code);
      const korean = namesIn(ko.countries, code);
      const added = sections.names.words(code);
      const label = {
        en: sections.label.has(code) ? sections.label.text(code) : (english[0] ?? code),
        ko: korean[0] ?? code,
      };
      const names = [...new Set([...english, ...korean, ...added])];
      const words = [...new Set([label.en, ...names, ...sections.words.words(code)])];
      return {
        id: code,
        label,
        names,
        words,
        except: except.words(code),
        ...Object.fromEntries(
          Object.entries(more).flatMap(([key, part]) => (part.has(code) ? [[key, part.words(code)]] : [])),
        ),
      };
    });
  const blocs = root.part('blocs');
  return [...countries, ...blocs.keys().map(id => blocOf(id, blocs))];
}

function blocOf(id: string, blocs: Entries): Term {
  if (!ID.test(id)) blocs.refuse(id, `"${id}" is no id: write lower-case words joined by hyphens`);
  const bloc = blocs.part(id);
  bloc.onlyKeys(BLOC_KEYS);
  const term = termOf(id, bloc);
  const words = [...new Set([term.label.en, term.label.ko, ...term.names, ...bloc.words('words')])];
  return { ...term, words, ...optional(bloc) };
}

/** Names as people write them: without the official tail ("Moldova, Republic of", "Falkland Islands (Malvinas)"). */
function namesIn(names: Readonly<Record<string, string | readonly string[]>>, code: string): string[] {
  const given = names[code.toUpperCase()] ?? [];
  const all = typeof given === 'string' ? [given] : [...given];
  const plain = all.map(name => name.replace(/, .*$| \(.*\)$/, ''));
  // The shortest is the usual one: "China" before "People's Republic of China".
  return [...new Set(plain)].sort((a, b) => a.length - b.length);
}

const SECTIONS = ['agencies', 'foreign', 'world'] as const;

/** @throws {BadTable} */
export function readAgencies(table: Table) {
  const root = readTable(table).map('maps named own, noBodies, agencies, foreign and world');
  root.onlyKeys(['own', 'noBodies', ...SECTIONS]);
  const sections = SECTIONS.map(name => ({ name, part: root.part(name) }));
  for (const [i, { part }] of sections.entries())
    for (const earlier of sections.slice(0, i)) {
      const twice = part.keys().find(id => earlier.part.has(id));
      if (twice) part.refuse(twice, `"${twice}" is listed under ${earlier.name} too: keep one of them`);
    }
  return {
    noBodies: root.words('noBodies'),
    own: root.has('own')
      ? root
          .text('own')
          .split('\n')
          .map(line => line.trim())
          .filter(Boolean)
      : [],
    agencies: sections.flatMap(({ name, part }) =>
      part.keys().map(id => ({ ...agencyOf(id, part), ...(name !== 'agencies' && { abroad: true }) })),
    ),
  };
}

function agencyOf(id: string, section: Entries): Term {
  if (!ID.test(id)) section.refuse(id, `"${id}" is no id: write the acronym in lower case`);
  const names = section.words(id, 'required');
  const [english = id, ...others] = names;
  const korean = others.find(name => /\p{Script=Hangul}/u.test(name)) ?? english;
  // A long id is a name made for queries ("climategroup"), not an acronym that texts carry.
  const acronym = id.length <= LONGEST_ACRONYM && !id.includes('-') ? [id.toUpperCase()] : [];
  return { id, label: { en: english, ko: korean }, names, words: [...new Set([...acronym, ...names])], except: [] };
}

const LONGEST_ACRONYM = 9;
