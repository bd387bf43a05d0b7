import type { ButtonInteraction, ChatInputCommandInteraction, Client } from 'discord.js';
import { readButtonId } from '../../core/button.ts';
import type { Answer, Command } from '../../core/command.ts';
import { parseCommand } from '../../core/command-parse.ts';
import { STYLES } from '../../core/subscription.ts';
import { truncate } from '../../core/text.ts';
import type { Answerer } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import { COMMAND, isRegistered } from './definition.ts';
import type { DiscordJs } from './library.ts';
import { LIMITS } from './limits.ts';
import { escapeText } from './markdown.ts';
import { describe } from './outcomes.ts';
import { askerOf, mentionOf, presserOf } from './rights.ts';

/** Registers the command where Discord does not have it as it stands here: it counts registrations. */
export async function registerCommands(discord: DiscordJs, client: Client<true>, log: Log): Promise<void> {
  const route = discord.Routes.applicationCommands(client.application.id);
  const registered = await client.rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) });
  if (isRegistered(registered)) return;
  await client.rest.put(route, { body: [COMMAND] });
  log.info({ channel: 'discord' }, 'commands registered');
}

/**
 * Answers one slash command, to the asker alone. Discord is told within its three seconds that an answer is coming;
 * the answer then follows by an edit, however long it takes.
 */
export function answerCommand(
  discord: DiscordJs,
  interaction: ChatInputCommandInteraction,
  answer: Answerer,
  log: Log,
): Promise<void> {
  return reply(discord, interaction, log, async () => {
    const read = readCommand(discord, interaction);
    return typeof read === 'string' ? refusal(read) : await answer(read, askerOf(discord, interaction));
  });
}

/** Answers one press of a button of ours, in the same way. */
export function answerButton(
  discord: DiscordJs,
  interaction: ButtonInteraction,
  answer: Answerer,
  log: Log,
): Promise<void> {
  return reply(discord, interaction, log, async () => {
    const read = readButtonId(interaction.customId);
    if (read === null) return refusal('This button is not known to this version');
    const { action, key } = read;
    return await answer({ verb: 'button', action, key }, presserOf(discord, interaction));
  });
}

async function reply(
  discord: DiscordJs,
  interaction: ChatInputCommandInteraction | ButtonInteraction,
  log: Log,
  answer: () => Promise<Answer>,
): Promise<void> {
  await interaction.deferReply({ flags: discord.MessageFlags.Ephemeral });
  const said = await answer().catch((error: unknown): Answer => {
    log.error({ channel: 'discord', interaction: interaction.id, reason: describe(error) }, 'a command failed');
    return refusal('Something went wrong on our side. It has been logged; please try again.');
  });
  await interaction.editReply({ content: writtenAnswer(said), allowedMentions: { parse: [] } });
}

const refusal = (line: string): Answer => ({ ok: false, lines: [line] });

/** The command a person gave, or what is wrong with it. */
function readCommand(discord: DiscordJs, interaction: ChatInputCommandInteraction): Command | string {
  const { options } = interaction;
  const verb = options.getSubcommand();
  if (options.getSubcommandGroup(false) === 'source') return readSourceCommand(verb, options);
  switch (verb) {
    case 'follow': {
      const to = options.getChannel('channel');
      const mention = mentionOf(discord, interaction);
      if (mention !== null && 'refused' in mention) return mention.refused;
      return {
        verb,
        query: options.getString('query', true),
        to: to === null ? null : `discord:${to.id}`,
        style: STYLES.find(style => style === options.getString('style')) ?? 'card',
        mention: mention === null ? [] : [mention.mention],
      };
    }
    case 'unfollow': {
      const written = options.getString('number', true).trim().toLowerCase();
      if (written === 'all') return { verb, target: 'all' };
      const number = /^#?([1-9]\d{0,14})$/.exec(written)?.[1];
      if (number === undefined) return `"${truncate(written, 40)}" is no subscription: write its number, or all`;
      return { verb, target: Number(number) };
    }
    case 'pause':
    case 'resume':
      return { verb, target: options.getInteger('number', true) };
    case 'preview':
      return { verb, query: options.getString('query', true), days: options.getInteger('days') };
    case 'search':
      return { verb, query: options.getString('query', true) };
    case 'latest':
      return { verb, query: options.getString('query') };
    case 'why':
      return { verb, release: options.getString('release', true), target: options.getInteger('number') };
    case 'show':
      return { verb, release: options.getString('release', true) };
    case 'test':
      return { verb, target: options.getInteger('number') };
    case 'list':
    case 'status':
    case 'help':
      return { verb };
    default:
      return `/gwanbo ${verb} is not known to this version; /gwanbo help lists what is`;
  }
}

function readSourceCommand(action: string, options: ChatInputCommandInteraction['options']): Command | string {
  // Typed as on every other platform: an address may stand in <>, which keeps Discord from unfolding it.
  const typed = options.getString('source') ?? options.getString('id') ?? '';
  const read = parseCommand(`source ${action} ${typed}`);
  return 'error' in read ? read.error : read;
}

/** Plain lines as a message: escaped, whole lines only as far as they fit, and never empty. */
function writtenAnswer({ lines }: Answer): string {
  const more = (count: number) => `… and ${count} more`;
  const shown: string[] = [];
  let room = LIMITS.content - more(lines.length).length - 1;
  for (const line of lines) {
    const escaped = escapeText(truncate(line, 900));
    if (escaped.length + 1 > room) break;
    shown.push(escaped);
    room -= escaped.length + 1;
  }
  const left = lines.length - shown.length;
  return [...shown, left > 0 ? more(left) : ''].filter(Boolean).join('\n') || 'Done.';
}
