import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseCommand, VERBS } from '../../src/core/command-parse.ts';
import { parseDestination } from '../../src/core/destination.ts';
import { CARD, KEY } from '../contracts/channel-samples.ts';
import { checkSchema, hasSlackData } from '../support/fake-slack-rules.ts';
import { openBench } from '../support/slack-bench.ts';

const manifest = parse(readFileSync(resolve(import.meta.dirname, '../../config/slack-app-manifest.yaml'), 'utf8'));
const scopes: string[] = manifest.oauth_config.scopes.bot;

test.skipIf(!hasSlackData)('the manifest is valid by the schema of Slack (needs SHARED_DIR/data/slack)', () => {
  expect(checkSchema('manifest', manifest)).toBeNull();
  expect(checkSchema('manifest', { ...manifest, features: { slash_commands: [{}] } })).not.toBeNull();
});

test('keeps the lengths that Slack documents', () => {
  const { name, description, long_description } = manifest.display_information;
  expect(name.length).toBeLessThanOrEqual(35);
  expect(description.length).toBeLessThanOrEqual(140);
  expect(long_description.length).toBeGreaterThanOrEqual(174);
  expect(long_description.length).toBeLessThanOrEqual(4000);
});

test('its one command is escaped by Slack and hints at every verb that exists', () => {
  const [command, ...others] = manifest.features.slash_commands;
  expect(others).toEqual([]);
  expect(command).toMatchObject({ command: '/gwanbo', should_escape: true });
  expect(command.usage_hint.length).toBeLessThanOrEqual(1000);
  const examples: string[] = command.usage_hint.split(' | ');
  expect(examples.map(text => text.split(' ')[0]).sort()).toEqual([...VERBS].sort());
  for (const text of examples.filter(one => !one.includes('ID')))
    expect(parseCommand(text)).not.toHaveProperty('error');
});

const ENOUGH = [true, true, 'sent', 'read', 'read'];

describe('its scopes', () => {
  const follow = async (granted: readonly string[]): Promise<unknown[]> => {
    const bench = await openBench({ socket: true, scopes: granted });
    const { slack, channel, trade } = bench;
    try {
      slack.addChannel({ id: 'C0OPEN', botIsMember: false, members: new Set(['U0ANA']) });
      slack.addChannel({ id: 'G0PRIV', isPrivate: true, members: new Set(['U0ANA']) });
      const allowed: unknown[] = [];
      await channel.listen(async (_command, asker) => {
        allowed.push(asker.mayChange);
        return { ok: true, lines: ['done'] };
      });
      for (const text of ['follow steel --to <#C0OPEN|open>', 'follow steel --to <#G0PRIV|priv>'])
        await (await slack.slash({ text })).answer();
      allowed.push((await channel.send(trade, { key: KEY, part: 1, body: channel.render(CARD, KEY) })).is);
      for (const to of ['slack:C0TRADE', 'slack:G0PRIV'])
        allowed.push((await channel.history(parseDestination(to), Temporal.Now.instant().toString())).is);
      return allowed;
    } finally {
      await bench.close();
    }
  };

  test('are enough for all that is done', async () => {
    expect(await follow(scopes)).toEqual(ENOUGH);
  });

  test.each(scopes.filter(scope => scope !== 'commands'))(
    'hold nothing needless: %s is missed where it is missing',
    async scope => {
      expect(await follow(scopes.filter(one => one !== scope))).not.toEqual(ENOUGH);
    },
  );
});
