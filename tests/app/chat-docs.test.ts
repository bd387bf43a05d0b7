import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { EDIT_OPTIONS, FOLLOW_OPTIONS } from '../../src/core/command-follow.ts';
import { parseCommand, VERBS } from '../../src/core/command-parse.ts';
import { SETTINGS } from '../../src/core/settings.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/chat.md'), 'utf8');
const examples = [...page.matchAll(/`\/gwanbo ([^`]+)`/g)].map(([, text]) => text ?? '');

test.each(examples)('docs/chat.md: /gwanbo %s is a command', text => {
  expect(parseCommand(text)).not.toHaveProperty('error');
});

test('docs/chat.md has an example of each verb, and names each option', () => {
  const shown = examples.map(text => parseCommand(text)).map(one => ('verb' in one ? one.verb : null));
  expect(VERBS.filter(verb => !shown.includes(verb) && !page.includes(`\`${verb} `))).toEqual([]);
  const options = [...FOLLOW_OPTIONS, ...EDIT_OPTIONS, ...Object.values(SETTINGS).map(({ option }) => option)];
  expect(options.filter(option => !page.includes(`\`--${option}\``))).toEqual([]);
});
