import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { sharedText } from './shared.ts';

type Json = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, { readonly properties?: Json }>>;
type Name =
  | 'MessageCreateRequest'
  | 'MessageEditRequestPartial'
  | 'CreateForumThreadRequest'
  | 'BaseCreateMessageCreateRequest'
  | 'UpdateThreadRequestPartial'
  | 'IncomingWebhookUpdateRequestPartial'
  | 'ApplicationCommandUpdateRequest'
  | 'CreateMessageInteractionCallbackRequest';

let compiled: { readonly ajv: Ajv; readonly schemas: Schemas } | null | undefined;

/**
 * Discord's published API description, null where the reference data is absent and only the hand-made rules apply.
 * It is over a megabyte: read and compiled once a process, when the first body is checked.
 */
function load() {
  if (compiled !== undefined) return compiled;
  const text = sharedText('data/discord/openapi.json');
  if (text === null) {
    compiled = null;
    return compiled;
  }
  const openapi = JSON.parse(text) as { components: { schemas: Schemas } };
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  formats.default(ajv);
  ajv.addFormat('snowflake', /^\d{1,20}$/);
  ajv.addFormat('nonce', true);
  ajv.addFormat('int32', { type: 'number', validate: value => Number.isInteger(value) && Math.abs(value) < 2 ** 31 });
  ajv.addFormat('int64', { type: 'number', validate: Number.isInteger });
  ajv.addFormat('double', { type: 'number', validate: Number.isFinite });
  ajv.addSchema(openapi, 'discord');
  compiled = { ajv, schemas: openapi.components.schemas };
  return compiled;
}

/** What Discord would say against a body: "embeds/0/title: ...", none where it is sound. */
export function faultsOf(name: Name, body: unknown): string[] {
  const faults: string[] = [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return ['body: must be an object'];
  const description = load();
  if (description) {
    const validate = description.ajv.getSchema(`discord#/components/schemas/${name}`);
    if (!validate) throw new Error(`the API description has no ${name}`);
    if (!validate(body))
      faults.push(...(validate.errors ?? []).map(error => `${error.instancePath.slice(1)}: ${error.message}`));
    unknownKeys(description.schemas, name, body, faults);
  }
  if (name === 'ApplicationCommandUpdateRequest') faults.push(...commandFaults(body as Json));
  else if (name !== 'CreateMessageInteractionCallbackRequest') faults.push(...messageFaults(body as Json));
  return faults;
}

/** Added by discord.js itself to every edit of a reply; Discord ignores them. */
const IGNORED = new Set(['tts', 'enforce_nonce'].map(key => `IncomingWebhookUpdateRequestPartial/${key}`));

/** The description allows unknown keys, Discord ignores them; here they are a typing error found. */
function unknownKeys(schemas: Schemas, name: Name, body: object, faults: string[]): void {
  const check = (schema: string, value: unknown, at: string) => {
    const known = schemas[schema]?.properties ?? {};
    for (const key of Object.keys(value as object))
      if (!(key in known || IGNORED.has(`${schema}/${key}`))) faults.push(`${at}${key}: unknown key`);
  };
  check(name, body, '');
  for (const [at, embed] of listOf(body, 'embeds').entries()) {
    check('RichEmbed', embed, `embeds/${at}/`);
    if (embed.footer) check('RichEmbedFooter', embed.footer, `embeds/${at}/footer/`);
  }
  for (const row of listOf(body, 'components')) {
    check('ActionRowComponentForMessageRequest', row, 'components/');
    for (const button of listOf(row, 'components')) check('ButtonComponentForMessageRequest', button, 'components/');
  }
  const mentions = (body as Json).allowed_mentions;
  if (mentions) check('MessageAllowedMentionsRequest', mentions, 'allowed_mentions/');
}

/** What the description does not say and Discord enforces; with the lengths once more, for where it is not at hand. */
function messageFaults(body: Json): string[] {
  const faults: string[] = [];
  const longer = (value: unknown, most: number, at: string) => {
    if (typeof value === 'string' && [...value].length > most)
      faults.push(`${at}: Must be ${most} or fewer in length.`);
  };
  longer(body.content, 2000, 'content');
  longer(body.nonce, 25, 'nonce');
  let total = 0;
  for (const [at, embed] of listOf(body, 'embeds').entries()) {
    const footer = (embed.footer as Json | undefined)?.text;
    longer(embed.title, 256, `embeds/${at}/title`);
    longer(embed.description, 4096, `embeds/${at}/description`);
    longer(footer, 2048, `embeds/${at}/footer`);
    if (!embed.title && !embed.description) faults.push(`embeds/${at}: This field is required`);
    if (embed.url !== undefined && !/^https?:\/\/[^\s]+$/.test(String(embed.url)))
      faults.push(`embeds/${at}/url: Not a well formed URL.`);
    for (const text of [embed.title, embed.description, footer])
      total += typeof text === 'string' ? [...text].length : 0;
  }
  if (total > 6000) faults.push('embeds: Embed size exceeds maximum size of 6000');
  const ids = new Set<unknown>();
  for (const row of listOf(body, 'components')) {
    const count = listOf(row, 'components').length;
    if (count < 1 || count > 5) faults.push('components: Must be between 1 and 5 in length.');
  }
  for (const row of listOf(body, 'components'))
    for (const button of listOf(row, 'components')) {
      if (button.style === 5 && (typeof button.url !== 'string' || button.custom_id !== undefined))
        faults.push('components: A url is required, a custom_id is not allowed.');
      longer(button.url, 512, 'components/url');
      longer(button.label, 80, 'components/label');
      longer(button.custom_id, 100, 'components/custom_id');
      if (button.style !== 5 && !button.custom_id) faults.push('components: A custom id or url is required');
      if (button.style !== 5 && ids.has(button.custom_id))
        faults.push('components: Component custom id cannot be duplicated');
      ids.add(button.custom_id);
    }
  const allowed = (body.allowed_mentions ?? {}) as Json;
  for (const kind of ['users', 'roles'])
    if (allowed[kind] && (allowed.parse as string[] | undefined)?.includes(kind))
      faults.push(`allowed_mentions: parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`);
  return faults;
}

function commandFaults(command: Json, depth = 0): string[] {
  const name = String(command.name);
  const faults = /^[-_'\p{L}\p{N}]{1,32}$/u.test(name) && name === name.toLowerCase() ? [] : [`${name}: bad name`];
  if (typeof command.description !== 'string' || command.description === '') faults.push(`${name}: no description`);
  const options = listOf(command, 'options');
  const firstOptional = options.findIndex(option => !option.required);
  if (depth > 0 && options.some((option, at) => option.required && firstOptional >= 0 && at > firstOptional))
    faults.push(`${name}: required options must come first`);
  for (const [key, most] of [
    ['options', 25],
    ['choices', 25],
  ] as const)
    if (listOf(command, key).length > most) faults.push(`${name}: ${key} must be ${most} or fewer in length.`);
  for (const text of [command.description, ...Object.values((command.description_localizations ?? {}) as Json)])
    if ([...String(text)].length > 100) faults.push(`${name}: a description must be 100 or fewer in length.`);
  if (depth === 0 && sizeOf(command) > 8000) faults.push(`${name}: a command must be 8000 or fewer in length.`);
  return [...faults, ...options.flatMap(option => commandFaults(option, depth + 1))];
}

/** What Discord counts of a command: names, descriptions and values, each in its longest language. */
function sizeOf(part: Json): number {
  const longest = (key: string) =>
    Math.max(
      ...[part[key] ?? '', ...Object.values((part[`${key}_localizations`] ?? {}) as Json)].map(
        text => [...String(text)].length,
      ),
    );
  const own = longest('name') + longest('description') + String(part.value ?? '').length;
  return [...listOf(part, 'options'), ...listOf(part, 'choices')].reduce((sum, one) => sum + sizeOf(one), own);
}

function listOf(body: object, key: string): Json[] {
  const list = (body as Json)[key];
  return Array.isArray(list) ? (list as Json[]) : [];
}
