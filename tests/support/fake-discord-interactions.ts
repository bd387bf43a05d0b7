import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeGateway } from './fake-discord-gateway.ts';
import { emptyMessage } from './fake-discord-messages.ts';
import type { ApiError } from './fake-discord-rest.ts';
import { faultsOf } from './fake-discord-schema.ts';
import {
  APPLICATION,
  apiChannel,
  bitsOf,
  type FakeChannel,
  type FakeMessage,
  GUILD,
  type Permission,
  POSTING,
  snowflake,
  userOf,
} from './fake-discord-world.ts';

export interface SlashInput {
  readonly subcommand: string;
  /** The group that the subcommand is in. */
  readonly group?: string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** Where it is typed; a direct message if `direct`. */
  readonly channel: string;
  readonly direct?: boolean;
  readonly user?: string;
  /** What the member may do in the channel of the command, and in a channel it names unless `thereBe` says otherwise. */
  readonly permissions?: readonly Permission[];
  readonly thereBe?: readonly Permission[];
  /** Roles that may be named as a mention, with whether anyone may mention them. */
  readonly roles?: Readonly<Record<string, { readonly name: string; readonly mentionable: boolean }>>;
}

/** A slash command that was acknowledged: `reply` is the text of the edit that follows. */
export interface Slash {
  readonly ephemeral: boolean;
  /** 5 is "an answer is coming". */
  readonly type: number;
  readonly edits: readonly string[];
  reply(): Promise<string>;
}

export const USER = '900000000000000001';

interface Pending {
  readonly id: string;
  readonly dispatchedAt: number;
  readonly edits: string[];
  readonly acknowledged: PromiseWithResolvers<{ readonly type: number; readonly flags: number }>;
  readonly edited: PromiseWithResolvers<void>;
  answered: boolean;
}

/** What interactions are about; asked for when one happens. */
interface Stage {
  gateway(): FakeGateway;
  channels(): ReadonlyMap<string, FakeChannel>;
  messages(): readonly FakeMessage[];
  commands(): readonly unknown[];
}

/** What people do with the bot, beside writing: slash commands and buttons, and how the bot answers them. */
export function createInteractions(stage: Stage) {
  const pending = new Map<string, Pending>();

  /** Within three seconds, once. */
  function acknowledge(id: string, token: string, body: Readonly<Record<string, unknown>>): ApiError | null {
    const waiting = pending.get(token);
    if (waiting?.id !== id || Date.now() - waiting.dispatchedAt > 3000)
      return { status: 404, code: 10062, message: 'Unknown interaction' };
    if (waiting.answered) return { status: 400, code: 40060, message: 'Interaction has already been acknowledged.' };
    const faults = faultsOf('CreateMessageInteractionCallbackRequest', body);
    if (faults.length > 0) return { status: 400, code: 50035, message: faults.join('; ') };
    waiting.answered = true;
    const flags = (body.data as { flags?: number } | undefined)?.flags ?? 0;
    waiting.acknowledged.resolve({ type: Number(body.type), flags });
    return null;
  }

  function edit(token: string, body: Readonly<Record<string, unknown>>): ApiError | null {
    const waiting = pending.get(token);
    if (!waiting?.answered) return { status: 404, code: 10015, message: 'Unknown Webhook' };
    const faults = faultsOf('IncomingWebhookUpdateRequestPartial', body);
    if (faults.length > 0) return { status: 400, code: 50035, message: faults.join('; ') };
    waiting.edits.push(String(body.content ?? ''));
    waiting.edited.resolve();
    return null;
  }

  async function slash(input: SlashInput): Promise<Slash> {
    await heldWithin(5000, () => stage.gateway().connected && stage.commands().length > 0, 'a registered command');
    return await interact(`/gwanbo ${input.subcommand}`, (id, token) => interactionOf(input, id, token));
  }

  async function press(
    message: string,
    button: string,
    by: Pick<SlashInput, 'user' | 'permissions'> = {},
  ): Promise<Slash> {
    await heldWithin(5000, () => stage.gateway().connected && stage.commands().length > 0, 'a registered command');
    const shown = stage.messages().find(one => one.id === message && !one.deleted);
    if (!shown || !JSON.stringify(shown.components).includes(`"custom_id":"${button}"`))
      throw new Error(`no message shows the button ${button}`);
    return await interact(button, (id, token) => {
      const input = { ...by, subcommand: 'help', channel: shown.channel };
      const { data: _, ...asked } = interactionOf(input, id, token) as { data: unknown };
      const told = { ...emptyMessage(shown.channel), id: shown.id, components: shown.components };
      return { ...asked, type: 3, message: told, data: { component_type: 2, custom_id: button } };
    });
  }

  async function interact(what: string, interaction: (id: string, token: string) => object): Promise<Slash> {
    const id = snowflake();
    const token = `interaction-${id}`;
    const waiting: Pending = {
      id,
      dispatchedAt: Date.now(),
      edits: [],
      acknowledged: Promise.withResolvers(),
      edited: Promise.withResolvers(),
      answered: false,
    };
    pending.set(token, waiting);
    stage.gateway().dispatch('INTERACTION_CREATE', interaction(id, token));
    const { type, flags } = await within(3000, waiting.acknowledged.promise, `${what} in 3 seconds`);
    return {
      type,
      ephemeral: (flags & 64) !== 0,
      edits: waiting.edits,
      async reply() {
        await within(10_000, waiting.edited.promise, `an answer to ${what}`);
        return waiting.edits.at(-1) ?? '';
      },
    };
  }

  function interactionOf(input: SlashInput, id: string, token: string): object {
    const user = userOf(input.user ?? USER, 'reader');
    const command = stage.commands()[0] as { id: string; name: string; options: Definition[] } | undefined;
    const among = input.group
      ? command?.options.find(option => option.name === input.group)?.options
      : command?.options;
    const definition = among?.find(option => option.name === input.subcommand);
    if (!command || !definition) throw new Error(`/gwanbo ${input.subcommand} is not registered`);
    const here = stage.channels().get(input.channel);
    const options = Object.entries(input.options ?? {}).map(([name, value]) => {
      const option = definition.options?.find(one => one.name === name);
      if (!option) throw new Error(`/gwanbo ${input.subcommand} has no option ${name}`);
      return { name, type: option.type, value };
    });
    const channel = here && !input.direct ? apiChannel(here) : { id: input.channel, type: 1, recipients: [user] };
    const member = { user, roles: [], joined_at: '2025-01-01T00:00:00.000Z', deaf: false, mute: false, flags: 0 };
    return {
      id,
      token,
      application_id: APPLICATION,
      type: 2,
      version: 1,
      channel_id: input.channel,
      channel,
      locale: 'en-US',
      entitlements: [],
      attachment_size_limit: 10_485_760,
      app_permissions: bitsOf(here?.permissions ?? POSTING),
      context: input.direct ? 1 : 0,
      authorizing_integration_owners: input.direct ? {} : { 0: GUILD },
      ...(input.direct
        ? { user }
        : {
            guild_id: GUILD,
            guild: { id: GUILD, locale: 'en-US', features: [] },
            member: { ...member, permissions: bitsOf(input.permissions ?? []) },
          }),
      data: {
        id: command.id,
        name: command.name,
        type: 1,
        options: grouped(input.group, [{ name: input.subcommand, type: 1, options }]),
        resolved: resolvedOf(input, options),
      },
    };
  }

  function resolvedOf(
    input: SlashInput,
    options: readonly { type: number; value: string | number | boolean }[],
  ): object {
    const given = (type: number) => options.find(option => option.type === type)?.value;
    const channel = stage.channels().get(String(given(7)));
    const mention = given(9) === undefined ? undefined : String(given(9));
    const role = mention === undefined ? undefined : input.roles?.[mention];
    const theirs = bitsOf(input.thereBe ?? input.permissions ?? []);
    return {
      ...(channel && {
        channels: {
          [channel.id]: { ...apiChannel(channel), permissions: theirs, app_permissions: bitsOf(channel.permissions) },
        },
      }),
      ...(mention !== undefined &&
        role && {
          roles: {
            [mention]: {
              id: mention,
              permissions: '0',
              position: 1,
              color: 0,
              colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
              hoist: false,
              managed: false,
              flags: 0,
              ...role,
            },
          },
        }),
      ...(mention !== undefined && !role && { users: { [mention]: userOf(mention, 'friend') } }),
    };
  }

  return { acknowledge, edit, slash, press };
}

const grouped = (name: string | undefined, options: readonly object[]) =>
  name === undefined ? options : [{ name, type: 2, options }];

interface Definition {
  readonly name: string;
  readonly type: number;
  readonly options?: readonly Definition[];
}

async function heldWithin(milliseconds: number, holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`the bot did not give ${what}`);
    await sleep(5);
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the bot did not give ${what}`)), milliseconds);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
