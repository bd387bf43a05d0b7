import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFile } from './shared.ts';

/** The RELAX NG of RFC 4287. */
const GRAMMAR = sharedFile('data/atom-rfc4287.rng') ?? '';

/** Why a test that needs these cannot run, or null where everything is there. */
export function missing(
  ...needs: readonly ('xmllint' | 'jing' | 'newsboat' | 'chromium' | 'feedparser' | 'grammar')[]
) {
  const absent = needs.filter(need => !here(need));
  return absent.length === 0 ? null : `${absent.join(', ')} not on this machine`;
}

function here(need: string): boolean {
  if (need === 'grammar') return GRAMMAR !== '';
  if (need === 'feedparser') return spawnSync(PYTHON, ['-c', 'import feedparser']).status === 0;
  return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, need)));
}

/** The system's own Python, where apt puts its packages. */
export const PYTHON = '/usr/bin/python3';

/** Runs a tool; resolves with what it said and how it ended. */
export function run(tool: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return new Promise<{ readonly code: number; readonly out: string; readonly said: string }>(done => {
    const options = { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 };
    execFile(tool, [...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      done({ code, out: stdout, said: `${stdout}${stderr}` });
    });
  });
}

/** A folder that is gone when the test is over. */
export async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gwanbo-publish-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** What a validator says against these documents; empty where they are valid. */
export async function complaints(tool: 'xmllint' | 'jing', documents: readonly string[]): Promise<string> {
  await using folder = await openFolder();
  const files = await Promise.all(
    documents.map(async (text, at) => {
      const file = join(folder.path, `${at}.atom`);
      await writeFile(file, text);
      return file;
    }),
  );
  const words = tool === 'jing' ? [GRAMMAR, ...files] : ['--noout', '--relaxng', GRAMMAR, ...files];
  const { code, said } = await run(tool, words);
  return code === 0 ? '' : said;
}
