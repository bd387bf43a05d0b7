import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { until } from '../support/bot.ts';
import { BIN, openDesk } from '../support/command.ts';
import { startFakeBoard } from '../support/fake-board.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const read = (name: string) => readFileSync(resolve(dirname(BIN), '..', name), 'utf8');

/** The lines of a file without comments, a line that ends with "\" joined with the next. */
const linesOf = (text: string): readonly string[] =>
  text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'));

describe('security rule 14: the container', () => {
  const lines = linesOf(read('Dockerfile'));
  const last = lines.slice(lines.findLastIndex(line => line.startsWith('FROM ')));

  test('security rule 14: runs as no root, starts without a shell, and keeps what it writes in /data', () => {
    expect(last.filter(line => line.startsWith('USER '))).toEqual(['USER 1000:1000']);
    expect(last.filter(line => line.startsWith('VOLUME '))).toEqual(['VOLUME /data']);
    expect(last.filter(line => line.startsWith('RUN '))).toEqual([]);
    const started = last.filter(line => /^(?:ENTRYPOINT|CMD|\s*CMD|HEALTHCHECK)/.test(line));
    expect(started).toHaveLength(3);
    for (const line of started) {
      const words = JSON.parse(line.slice(line.indexOf('['))) as string[];
      expect(words[0], line).toMatch(/^(?:node|start)$/);
    }
    expect(last.find(line => line.startsWith('ENV '))).toContain('DATABASE_URL=sqlite:/data/');
    // The address of a container is its own; which of the machine leads there is said below.
    expect(last.join('\n')).not.toMatch(/(?:TOKEN|SECRET)\w*=/);
  });

  test('security rule 14: has a root that cannot be written to, no rights, and secrets from files', () => {
    const { services, secrets } = parse(read('deploy/compose.yaml'));
    expect(services.gwanbo).toMatchObject({
      user: '1000:1000',
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['data:/data', expect.stringMatching(/:ro$/)],
    });
    for (const port of services.gwanbo.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [name, value] of Object.entries(services.gwanbo.environment)) {
      expect(name).toMatch(/_FILE$/);
      expect(Object.keys(secrets)).toContain(String(value).replace('/run/secrets/', ''));
    }
  });

  test('what it is made of is copied by name: nothing that lies in a clone by chance gets in', () => {
    const [first, ...more] = linesOf(read('.dockerignore'));
    expect(first).toBe('*');
    for (const line of more) expect(line).toMatch(/^!/);
    const copied = lines.filter(line => /^COPY (?!--from)/.test(line)).flatMap(line => line.split(' ').slice(1, -1));
    expect(more.map(line => line.slice(1)).toSorted()).toEqual([...new Set(copied)].toSorted());
  });
});

describe('security rule 14: the unit of systemd', () => {
  const unit = read('deploy/gwanbo.service');
  const settings = linesOf(unit).filter(line => line.includes('='));

  test('security rule 14: has a user of its own, and may write to its own state alone', () => {
    expect(settings).toEqual(
      expect.arrayContaining([
        'DynamicUser=yes',
        'ProtectSystem=strict',
        'NoNewPrivileges=yes',
        'PrivateTmp=yes',
        'StateDirectory=gwanbo',
        'StateDirectoryMode=0700',
        'UMask=0077',
        'SystemCallFilter=@system-service',
        expect.stringMatching(/^MemoryMax=\d+G$/),
        expect.stringMatching(/^LoadCredential=\w+:\/etc\//),
      ]),
    );
    const environment = settings.filter(line => line.startsWith('Environment=')).join(' ');
    expect(environment).toContain('DATABASE_URL=sqlite:/var/lib/gwanbo/');
    for (const [, name, value] of environment.matchAll(/(\w*(?:TOKEN|SECRET)\w*)=(\S*)/g)) {
      expect(name).toMatch(/_FILE$/);
      expect(value).toMatch(/^%d\//);
    }
  });

  const isHere = (() => {
    try {
      execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  test.skipIf(!isHere)(
    'security rule 14: is one that systemd understands and finds hardly exposed (needs systemd)',
    () => {
      const desk = openDesk({});
      closers.push(() => desk.close());
      const here = desk.write('gwanbo.service', unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      const analyze = (...words: string[]) =>
        execFileSync('systemd-analyze', [...words, here], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      expect(analyze('verify', '--man=no')).toBe('');
      // It exits with 1 where the level, here of 2.0, is exceeded.
      expect(analyze('security', '--offline=true', '--threshold=20', '--no-pager')).toMatch(/exposure level/);
    },
  );
});

test('security rule 14: the bot writes nothing outside of its data directory', { timeout: 90_000 }, async () => {
  const board = await startFakeBoard();
  closers.push(() => board.close());
  board.publish({ title: 'Old steel news', body: 'Steel was discussed long ago.', date: '2025-11-01' });
  const desk = openDesk({
    sources: [{ id: 'motir', preset: 'motir', kind: 'board', url: board.url, every: '1s' }],
    subscriptions: [{ query: 'topic:steel', to: 'console' }],
  });
  closers.push(() => desk.close());
  const data = dirname(desk.database);
  mkdirSync(data, { mode: 0o700 });
  // Node itself refuses every other place, whoever it runs as.
  const rights = ['--permission', '--allow-fs-read=*', `--allow-fs-write=${data}/*`, '--allow-worker', '--allow-net'];
  const env = { NODE_OPTIONS: rights.join(' ') };
  const bot = await desk.start({ env });
  await until('the first reading', () => bot.out().includes('first reading'), bot.err);
  board.publish({ title: 'Steel quota', body: 'The steel quota was discussed.', date: '2025-12-04' });
  await until('the alert', () => bot.out().includes('Steel quota'), bot.err);
  expect((await fetch(`${bot.url}/feed.atom`)).status).toBe(200);
  bot.kill('SIGTERM');
  const { code, err } = await bot.ended;
  expect(code).toBe(0);
  expect(err).not.toMatch(/ERR_ACCESS_DENIED|has been restricted/);
  // So it is where it may not write there either.
  const refused = await desk.run(['start'], { env: { ...env, DATABASE_URL: `sqlite:${desk.folder}/elsewhere.db` } });
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('has been restricted') });
});
