import { type Button, buttonId, readButtonId } from '../../core/button.ts';
import { webUrl } from '../../core/web-url.ts';
import { LIMITS } from './limits.ts';

/** Body of POST /channels/{id}/messages as we use it: classic embeds and at most one row of buttons. */
export interface MessageBody {
  readonly content?: string;
  readonly allowed_mentions: AllowedMentions;
  readonly embeds?: readonly Embed[];
  readonly components?: readonly Row[];
  /** For where the message opens a post; left out of what is posted anywhere else. */
  readonly post?: Post;
}

/** What a message is called where it opens a post of a forum, and what its tags are chosen by, the weightiest first. */
export interface Post {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface AllowedMentions {
  readonly parse: readonly 'everyone'[];
  readonly roles?: readonly string[];
  readonly users?: readonly string[];
}
export interface Embed {
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
  readonly color: number;
}
interface Row {
  readonly type: 1;
  readonly components: readonly (LinkButton | PressButton)[];
}
interface LinkButton {
  readonly type: 2;
  readonly style: 5;
  readonly label: string;
  readonly url: string;
}
interface PressButton {
  readonly type: 2;
  readonly style: 2;
  readonly label: string;
  readonly custom_id: string;
}

/** The stripe at the embed's side: one colour for what is real, grey for what is a test, amber for our own trouble. */
export const COLOURS = {
  alert: 0x1f5fa8,
  digest: 0x1f5fa8,
  group: 0x1f5fa8,
  note: 0x6b7785,
  test: 0x8a8f98,
  notice: 0xc77700,
} as const;

/** What stands before each release of a roundup; source text is escaped, so nothing else can look like one. */
export const BULLET = '• ';

/**
 * One row: the link to the page, where there is one, and the buttons that ask. Their ids hold the message key: it is by
 * them that a message whose answer was lost is found in the channel's history, so no message is without one.
 */
export function rowOf(url: string | null, buttons: readonly Button[], key: string): readonly Row[] {
  const open: readonly LinkButton[] =
    url !== null && url.length <= LIMITS.buttonUrl ? [{ type: 2, style: 5, label: 'Open', url }] : [];
  const press = buttons.map((button): PressButton => {
    return { type: 2, style: 2, label: button.label, custom_id: buttonId({ ...button, key, part: 1 }) };
  });
  return [{ type: 1, components: [...open, ...press] }];
}

/** The same body as a part of its message: each button names the part. */
export function asPart(body: MessageBody, part: number): MessageBody {
  if (!body.components) return body;
  const named = (button: LinkButton | PressButton) => {
    const id = 'custom_id' in button ? readButtonId(button.custom_id) : null;
    return id === null ? button : { ...button, custom_id: buttonId({ ...id, part }) };
  };
  return { ...body, components: body.components.map(row => ({ ...row, components: row.components.map(named) })) };
}

/**
 * What of a message can always be said: its first line, its title and its links, without embed, link button or mention,
 * and with the buttons by which it is recognized. Sent where Discord refuses the body as invalid.
 * @returns null where the body has no title, so that nothing is left to say
 */
export function minimalBody(body: MessageBody): MessageBody | null {
  const [first, ...more] = body.embeds ?? [];
  if (first?.title === undefined) return null;
  const link = first.url && first.url.length <= LIMITS.content / 2 ? `<${first.url}>` : '';
  const listed = [first, ...more].flatMap(({ description = '' }) =>
    description.split('\n').filter(line => new RegExp(`^${BULLET}(?:\\[|\\*\\*)`).test(line)),
  );
  // What was corrected is escaped, so it cannot be taken for a mention.
  const [corrected = ''] = (body.content ?? '').split('\n').filter(line => !/^(?:@here|<@)/.test(line));
  let content = [corrected, first.title, link].filter(Boolean).join('\n');
  for (const line of listed) if (content.length + 1 + line.length <= LIMITS.content) content += `\n${line}`;
  const press = body.components?.flatMap(row => row.components.filter(button => 'custom_id' in button)) ?? [];
  return {
    content,
    allowed_mentions: { parse: [] },
    ...(press.length > 0 && { components: [{ type: 1, components: press }] }),
  };
}

/** An address that Discord accepts, without the round brackets that would end a masked link. */
export function webAddress(written: string | null): string | null {
  return webUrl(written)?.replaceAll('(', '%28').replaceAll(')', '%29') ?? null;
}

/** Mentions come from the subscription's own list alone ("role:1", "user:2", "here"); other platforms' are left out. */
export function mentionsOf(list: readonly string[]): { readonly content: string; readonly allowed: AllowedMentions } {
  const idsOf = (kind: string) => [
    ...new Set(list.map(one => new RegExp(`^${kind}:(\\d{5,20})$`).exec(one)?.[1]).filter(id => id !== undefined)),
  ];
  const roles = idsOf('role').slice(0, LIMITS.mentions);
  const users = idsOf('user').slice(0, LIMITS.mentions - roles.length);
  const here = list.includes('here');
  return {
    content: [here ? '@here' : '', ...roles.map(id => `<@&${id}>`), ...users.map(id => `<@${id}>`)]
      .filter(Boolean)
      .join(' '),
    // "everyone" is what permits @here; nothing else of the content could use it.
    allowed: { parse: here ? ['everyone'] : [], ...(roles.length && { roles }), ...(users.length && { users }) },
  };
}

/** Whether a frozen body has something to show, whichever version of the bot rendered it. */
export function isBody(body: unknown): body is MessageBody {
  if (typeof body !== 'object' || body === null) return false;
  const { content, embeds } = body as Readonly<Record<string, unknown>>;
  return typeof content === 'string' || (Array.isArray(embeds) && embeds.length > 0);
}
