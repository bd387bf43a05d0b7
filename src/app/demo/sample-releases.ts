import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the sample site publishes: an invented institution and its invented releases. */
export interface Sample {
  readonly institution: { readonly name: string; readonly short: string; readonly korean: string };
  /** Oldest first. */
  readonly releases: readonly SampleRelease[];
}

export interface SampleRelease {
  readonly title: string;
  /** Paragraphs separated by a blank line. */
  readonly body: string;
  /** Days from the start of the site for a release that is listed from the beginning; null for one that is still to come. */
  readonly day: number | null;
}

const SAMPLE = new URL('../../../data/sample/releases.yaml', import.meta.url);

/**
 * Reads the sample of the distribution.
 * @throws {Error} where the file was changed into something else
 */
export function readSample(text: string = readFileSync(SAMPLE, 'utf8')): Sample {
  const { institution, releases } = group(parse(text));
  const { name, short, korean } = group(institution);
  if (!Array.isArray(releases)) throw new Error('the sample has no list of releases');
  return {
    institution: { name: words(name, 'name'), short: words(short, 'short'), korean: words(korean, 'korean') },
    releases: releases.map((release: unknown) => {
      const { title, body, day } = group(release);
      return {
        title: words(title, 'title'),
        body: words(body, 'body').trim(),
        day: typeof day === 'number' ? day : null,
      };
    }),
  };
}

function group(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('the sample lacks a group of keys');
  return value as Readonly<Record<string, unknown>>;
}

function words(value: unknown, key: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`the sample lacks a text for "${key}"`);
  return value;
}
