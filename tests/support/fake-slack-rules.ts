import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { sharedFile } from './shared.ts';

/** A file of the schemas that were made from Slack's own typings, null where the reference data is absent. */
export const slackData = (name: string): string | null => sharedFile(`data/slack/${name}`);
export const hasSlackData = slackData('PostMessage.schema.json') !== null;

export type Schema = 'PostMessage' | 'Update' | 'History' | 'manifest';
type Check = (value: unknown) => string | null;
const compiled = new Map<Schema, Check>();

/** Checks a value against one of Slack's schemas. @returns null, or what is wrong */
export function checkSchema(name: Schema, value: unknown): string | null {
  let check = compiled.get(name);
  if (!check) {
    const file = slackData(name === 'manifest' ? 'manifest.schema.2.0.0.json' : `${name}.schema.json`);
    if (file === null) return null;
    const ajv = new Ajv({ strict: false, formats: { uri: true } });
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
    check = given => (validate(given) ? null : ajv.errorsText(validate.errors));
    compiled.set(name, check);
  }
  return check(value);
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (isObject(value) && typeof value.text === 'string' ? value.text : '');
/** Slack counts characters, not UTF-16 units. */
const count = (text: string): number => [...text].length;

/** Lengths that the schemas do not hold. @returns Slack's error code, or null */
export function refuseMessage(body: Json): string | null {
  const text = typeof body.text === 'string' ? body.text : '';
  const blocks = body.blocks ?? [];
  if (!Array.isArray(blocks)) return 'invalid_blocks_format';
  if (text.trim() === '' && blocks.length === 0) return 'no_text';
  if (count(text) > 40_000) return 'msg_too_long';
  if (blocks.length > 50 || !blocks.every(block => isObject(block) && isBlock(block))) return 'invalid_blocks';
  return total(blocks) > 12_000 ? 'msg_blocks_too_long' : null;
}

function isBlock(block: Json): boolean {
  const within = (text: string, most: number) => text.trim() !== '' && count(text) <= most;
  switch (block.type) {
    case 'header':
      return isObject(block.text) && block.text.type === 'plain_text' && within(textOf(block.text), 150);
    case 'section':
      return within(textOf(block.text), 3000);
    case 'context':
      return list(block.elements, 10) && block.elements.every(element => within(textOf(element), 3000));
    case 'actions':
      return list(block.elements, 25) && block.elements.every(isButton);
    case 'rich_text':
      return list(block.elements, 100) && JSON.stringify(block).includes('"text":"') && !saysNothing(block.elements);
    case 'divider':
      return true;
    default:
      return false;
  }
}

/** Whether an element of rich text, however deep, is a text of no characters. */
function saysNothing(elements: readonly unknown[]): boolean {
  return elements.some(one => {
    if (!isObject(one)) return true;
    return Array.isArray(one.elements) ? saysNothing(one.elements) : one.type === 'text' && one.text === '';
  });
}

function isButton(button: unknown): boolean {
  if (!isObject(button) || button.type !== 'button') return false;
  const { url, value, text } = button;
  if (url !== undefined && (typeof url !== 'string' || !/^https?:\/\//.test(url) || count(url) > 3000)) return false;
  if (value !== undefined && count(String(value)) > 2000) return false;
  return count(textOf(text)) <= 75 && textOf(text) !== '';
}

const list = (value: unknown, most: number): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= most;

function total(blocks: unknown): number {
  let sum = 0;
  JSON.stringify(blocks, (name, value: unknown) => {
    if (name === 'text' && typeof value === 'string') sum += count(value);
    return value;
  });
  return sum;
}

/** Whom a message would call: by mrkdwn in the text and in blocks, and by elements of rich text. */
export function mentionsOf(body: Json): string[] {
  const found: string[] = [];
  const scan = (text: string) => {
    for (const [whole] of text.matchAll(/<(?:@[UW]\w+|!subteam\^\w+|!(?:channel|here|everyone))(?:\|[^>]*)?>/g))
      found.push(whole);
    if (body.link_names === true)
      for (const [whole] of text.matchAll(/@(?:channel|here|everyone)\b/g)) found.push(whole);
  };
  if (typeof body.text === 'string') scan(body.text);
  JSON.stringify(body.blocks ?? [], (_name, value: unknown) => {
    if (isObject(value)) {
      if (value.type === 'mrkdwn') scan(textOf(value));
      if (['user', 'usergroup', 'broadcast', 'channel'].includes(String(value.type))) found.push(JSON.stringify(value));
    }
    return value;
  });
  return found;
}

/** Addresses that a reader could open from a message. */
export function linksOf(body: Json): string[] {
  const found: string[] = [];
  const scan = (text: string) => {
    for (const [, url = ''] of text.matchAll(/<(https?:[^|>]+)(?:\|[^>]*)?>/g))
      found.push(url.replaceAll('&amp;', '&'));
  };
  if (typeof body.text === 'string') scan(body.text);
  JSON.stringify(body.blocks ?? [], (_name, value: unknown) => {
    if (isObject(value)) {
      if (value.type === 'mrkdwn') scan(textOf(value));
      if (typeof value.url === 'string') found.push(value.url);
    }
    return value;
  });
  return found;
}
