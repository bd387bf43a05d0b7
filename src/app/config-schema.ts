import * as z from 'zod';
import { CORRECTIONS, WHEN_UNSURE } from '../core/settings.ts';
import { STYLES } from '../core/subscription.ts';
import { WHEN_EXAMPLES } from '../core/when.ts';
import { BOARD_PROFILES } from '../sources/board-profile.ts';
import { oneOf } from './config-errors.ts';

/** The kinds of source that this version reads. */
export const KINDS = ['board', 'listing', 'feed', 'text'] as const;

/** Who may add sources in chat. */
export const ADDERS = ['off', 'managers', 'members'] as const;

/** Shapes of a board, by the names that the reader gives them. */
const PROFILES = Object.keys(BOARD_PROFILES) as (keyof typeof BOARD_PROFILES)[];

/** `expects` is the end of the sentence "write ..." in an error; it stays out of the published JSON Schema. */
const said = (description: string, expects: string) => ({ description, expects });

const text = (description: string, expects: string) => z.string().min(1).max(4000).meta(said(description, expects));
const duration = (description: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/)
    .meta(said(description, 'a number with s, m, h or d, such as 10m'));
const zone = text('IANA time zone in which dates without an offset are meant.', 'an IANA time zone such as Asia/Seoul');
const destination = text(
  'Where messages go: slack:[TEAM/]CHANNEL, discord:CHANNEL, webhook:URL or console.',
  'slack:CHANNEL, discord:CHANNEL, webhook:URL or console',
);

const WITHIN = 'CSS selector within the item';

/** What a source and a preset have in common. */
const sourceFields = {
  kind: z
    .enum(KINDS)
    .optional()
    .meta(
      said(
        'How it is read: a board of the article.view CMS, any page by selectors, a feed, or a text listing.',
        'board, listing, feed or text',
      ),
    ),
  url: text('Where the releases are listed; a file path too for kind text.', 'the address of the listing').optional(),
  name: text('Short name shown in alerts and feeds; default: the id.', 'a short name').optional(),
  title: text('Full title of the source; default: what the source calls itself.', 'a title').optional(),
  zone: zone.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/)
    .optional()
    .meta(said('Language of the releases (BCP 47); default en.', 'a language tag such as en or ko')),
  every: duration(
    'How often the source is asked: at least 1s for loopback hosts and files, 5m for others; default 10m.',
  ).optional(),
  categories: z
    .array(text('Address of a board.', 'the address of a board'))
    .optional()
    .meta(said('Boards of the same site that carry the official category.', 'a list of addresses')),
  republish: z
    .enum(['full', 'lead', 'link'])
    .optional()
    .meta(said('How much of the text feeds and pages may show; default lead.', 'full, lead or link')),
  hosts: z
    .array(text('Host name.', 'a host name'))
    .optional()
    .meta(said("Hosts a redirect may lead to, beside the address's own.", 'a list of host names')),
  flood: z
    .union([z.enum(['auto', 'off']), z.int().min(1)])
    .optional()
    .meta(said('New items in one poll above which alerts are held.', 'auto, off or a whole number from 1')),
  pace: z
    .enum(['auto', 'steady'])
    .optional()
    .meta(said('Whether it is asked more often in the hours in which it publishes; default auto.', 'auto or steady')),
  request: z
    .strictObject({
      method: z.enum(['GET', 'POST']).optional().meta(said('HTTP method; default GET.', 'GET or POST')),
      headers: z
        .record(z.string(), z.string())
        .optional()
        .meta(said('Request headers that hold no secret.', 'header names with a text each')),
      body: z.string().optional().meta(said('Request body of a POST.', 'a text')),
    })
    .optional()
    .meta(said('The request, where a plain GET is not enough.', 'method, headers and body')),
  profile: z
    .enum(PROFILES)
    .optional()
    .meta(said('Shape of a board; default: what the page shows.', oneOf(PROFILES))),
  select: z
    .strictObject({
      item: text('CSS selector of an item.', 'a CSS selector'),
      title: text(`${WITHIN}; "@name" at its end takes an attribute.`, 'a CSS selector'),
      date: text(`${WITHIN}; "time@datetime" takes an attribute.`, 'a CSS selector'),
      link: text(`${WITHIN}; default: the first link.`, 'a CSS selector').optional(),
      body: text(`${WITHIN}; default: no text.`, 'a CSS selector').optional(),
    })
    .optional()
    .meta(said('Selectors of a page, for kind listing.', 'item, title and date; link and body where there are such')),
};

/** A ready source: everything but the id, which is the installation's own, and what is odd about it. */
export const presetSchema = z.strictObject({
  ...sourceFields,
  notes: text('What is odd about the source, and how it is met.', 'a text').optional(),
});

/** The file of presets, by name. */
export const presetsSchema = z.record(z.string(), presetSchema);

export const sourceSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      .max(40)
      .meta(
        said('Part of every release id: never change it.', 'lower-case letters, digits and single hyphens, at most 40'),
      ),
    preset: text('A ready source; what is written beside it overrides it.', 'the name of a preset').optional(),
    ...sourceFields,
  })
  .meta({
    ...said('Where releases are listed.', 'id, kind and url'),
    // What a preset leaves open is checked when it is filled in; without one a listing needs its selectors.
    if: { properties: { kind: { const: 'listing' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { anyOf: ['select', 'preset'].map(key => ({ properties: { [key]: true }, required: [key] })) },
  });

export const subscriptionSchema = z
  .strictObject({
    query: z
      .string()
      .min(1)
      .max(1000)
      .meta(said('What is asked for, such as "topic:steel country:ca".', 'a query of at most 1,000 characters')),
    to: destination,
    when: z
      .string()
      .regex(
        /^(?:now|hourly|daily(?: (?:[01]?\d|2[0-3]):[0-5]\d)?|weekly (?:mon|tue|wed|thu|fri|sat|sun)(?: (?:[01]?\d|2[0-3]):[0-5]\d)?)$/,
      )
      .optional()
      .meta(said('When it is sent: at once or as a digest; default now.', WHEN_EXAMPLES)),
    urgent: z.boolean().optional().meta(said('Passes the quiet hours of its channel; default false.', 'true or false')),
    mention: z
      .array(
        z
          .string()
          .regex(/^(?:here|(?:role|user|group):[A-Za-z0-9]{2,24})$/)
          .meta(said('Whom an alert mentions.', 'role:ID, user:ID, group:ID or here')),
      )
      .optional()
      .meta(said('Whom an alert mentions.', 'a list such as [role:123]')),
    style: z.enum(STYLES).optional().meta(said('How much an alert shows; default card.', 'card, compact or full')),
    secret: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/)
      .optional()
      .meta(
        said(
          'Name of the environment variable that holds the signing secret of a webhook.',
          'the name of a variable, never its value',
        ),
      ),
  })
  .meta(said('A query for a destination.', 'query and to'));

export const destinationSchema = z
  .strictObject({
    to: destination,
    zone: text(
      'IANA time zone of its digests and quiet hours; default: that of the first source.',
      'an IANA time zone such as Asia/Seoul',
    ).optional(),
    quiet: z
      .string()
      .regex(/^(?:(?:[01]?\d|2[0-3]):[0-5]\d-(?:[01]?\d|2[0-3]):[0-5]\d|off)$/)
      .optional()
      .meta(said('Hours in which nothing is sent that is not urgent.', 'hours such as "22:00-07:00", or off')),
    corrections: z
      .enum(CORRECTIONS)
      .optional()
      .meta(said('What a corrected release does to its alert.', 'edit, edit+note or off')),
    whenUnsure: z
      .enum(WHEN_UNSURE)
      .optional()
      .meta(
        said(
          'What happens to a message of which nobody knows whether it arrived, where the platform cannot be asked.',
          'hold or resend',
        ),
      ),
    digestHour: z
      .string()
      .regex(/^(?:[01]?\d|2[0-3]):[0-5]\d$/)
      .optional()
      .meta(said('When a digest comes for which no time is written; default 09:00.', 'a time of day such as "09:00"')),
  })
  .meta(said('Settings of a channel.', 'to and its settings'));

export const publishSchema = z.strictObject({
  baseUrl: z
    .string()
    .max(500)
    .optional()
    .meta(said('Public address used in links; GWANBO_BASE_URL wins.', 'an http or https address')),
  authority: z
    .string()
    .max(200)
    .optional()
    .meta(
      said(
        'Domain or e-mail address of yours in every Atom id; fixed when the database is created.',
        'a domain or an e-mail address of yours',
      ),
    ),
  pageSize: z
    .int()
    .min(1)
    .max(500)
    .optional()
    .meta(said('Entries in a feed or page; default 50.', 'a whole number from 1 to 500')),
});

export const configSchema = z
  .strictObject({
    sources: z.array(sourceSchema).min(1).meta(said('Where releases are listed.', 'a list of at least one source')),
    subscriptions: z
      .array(subscriptionSchema)
      .optional()
      .meta(said('Subscriptions as code; those made in chat stay beside them.', 'a list of subscriptions')),
    destinations: z.array(destinationSchema).optional().meta(said('Settings of channels.', 'a list of destinations')),
    publish: publishSchema.optional().meta(said('Feeds and pages.', 'baseUrl, authority and pageSize')),
    operations: z
      .strictObject({
        to: destination.optional(),
        sourcesFromChat: z
          .enum(ADDERS)
          .optional()
          .meta(
            said(
              'Who may add feeds in chat: nobody (off, the default), managers (Slack: admins and owners of the workspace; Discord: who may manage the channel or the server), or members (Slack: every full member).',
              'off, managers or members',
            ),
          ),
        contact: text(
          'Named in the User-Agent to whoever runs a source; default: the public address.',
          'https://... or mailto:...',
        ).optional(),
        canary: duration(
          'How often a test message goes to `to`, which is missed when it does not arrive: at least 1h; default never.',
        ).optional(),
        retention: z
          .strictObject({
            deliveries: duration(
              'How long it is kept what messages said and why they came; what was sent where is kept for ever. Default 400d.',
            ).optional(),
            rawReads: duration('How long raw readings are kept: in this version not at all.').optional(),
          })
          .optional()
          .meta(said('How long things are kept.', 'deliveries and rawReads')),
      })
      .optional()
      .meta(said('The running of the bot.', 'to, contact, sourcesFromChat, canary and retention')),
  })
  .meta({
    title: 'gwanbo config',
    ...said('Sources, subscriptions and settings of gwanbo.', 'sources and subscriptions'),
  });

/** A node of the config's JSON Schema, as far as errors need it. */
export interface SchemaNode {
  readonly expects?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
}

/** The schema node at a path of keys, null where the path leaves the schema. */
export function schemaAt(path: readonly PropertyKey[], schema: z.ZodType = configSchema): SchemaNode | null {
  let node: SchemaNode | undefined = z.toJSONSchema(schema, { io: 'input' }) as SchemaNode;
  for (const step of path) {
    const open: SchemaNode | undefined =
      typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
    node = typeof step === 'number' ? node?.items : (node?.properties?.[String(step)] ?? open);
  }
  return node ?? null;
}

/** The published JSON Schema (draft 2020-12) of the config, as the text of its file. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.expects;
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
