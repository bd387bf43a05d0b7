import { type DiscordOptions, openDiscord } from '../../src/channels/discord/discord.ts';
import type { Card } from '../../src/core/card.ts';
import type { Outcome } from '../../src/core/delivery.ts';
import { parseDestination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';
import type { Log } from '../../src/ports/runtime.ts';
import { CHANNEL, type FakeDiscord } from '../support/fake-discord.ts';

export const TOKEN = 'MTIz.secret-token.abc';

export interface Lines extends Log {
  readonly lines: string[];
}

/** A log whose lines can be read, fields and all. */
function logLines(): Lines {
  const lines: string[] = [];
  const write = (level: string) => (fields: unknown, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export function openAgainst(
  fake: FakeDiscord,
  token: string = TOKEN,
  patience?: number,
  more: Partial<DiscordOptions> = {},
): Channel & { readonly log: Lines } {
  const log = logLines();
  const now = () => Temporal.Now.instant();
  return Object.assign(openDiscord({ token, apiUrl: fake.url, log, now, ...(patience && { patience }), ...more }), {
    log,
  });
}

export const KEY = 'abcdefghij234567klmn';

/** Renders and sends a card as the deliverer does. */
export async function post(channel: Channel, card: Card, key: string = KEY, to: string = CHANNEL): Promise<Outcome> {
  const body = JSON.parse(JSON.stringify(channel.render(card, key))) as unknown;
  return await channel.send(parseDestination(`discord:${to}`), { key, part: 1, body });
}

export function cardOf(changes: Partial<Card> = {}): Card {
  return {
    kind: 'alert',
    release: 'motir/2-2441',
    revision: 1,
    title: 'Ministers agree on a steel quota',
    url: 'https://english.motir.go.kr/eng/article/EATCLdfa319ada/2441/view',
    source: 'MOTIR',
    date: '2025-12-01',
    labels: ['talks', 'Canada', 'steel'],
    lead: 'The two ministers met on Monday.',
    text: 'The two ministers met on Monday.\n\nThey agreed on a quota.',
    attachments: [],
    why: [
      {
        subscription: 12,
        query: 'country:ca steel',
        createdBy: 'discord:900000000000000001',
        clauses: [
          { clause: 'country:ca', evidence: [{ where: 'title', words: 'Canada' }] },
          {
            clause: '"steel"',
            evidence: [
              { where: 'title', words: 'steel' },
              { where: 'body', words: 'steel' },
            ],
          },
        ],
      },
    ],
    style: 'card',
    mention: [],
    ...changes,
  };
}

/** Waits until something holds, for ten seconds at most. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not come to hold: ${holds}`);
    await new Promise(done => setTimeout(done, 5));
  }
}
