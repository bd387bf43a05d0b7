import type * as z from 'zod';
import { type ConfigFault, nearest, oneOf, printKey, shown } from './config-errors.ts';
import { schemaAt } from './config-schema.ts';
import type { YamlFile } from './config-yaml.ts';

/** Reports what is wrong at a path of keys. */
export type Report = (path: readonly PropertyKey[], message: string, fix: string, part?: 'value' | 'key') => void;

/** A report that collects faults with their place in the file. */
export function collector(yaml: YamlFile): { readonly faults: ConfigFault[]; readonly report: Report } {
  const faults: ConfigFault[] = [];
  const report: Report = (path, message, fix, part) =>
    void faults.push({ file: yaml.file, ...yaml.locate(path, part), key: printKey(path), message, fix });
  return { faults, report };
}

/** Turns what zod found into faults that say what to write. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  data: unknown,
  schema: z.ZodType,
  report: Report,
): void {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schemaAt(issue.path, schema)?.properties ?? {});
      for (const key of issue.keys) {
        const near = nearest(key, known);
        report([...issue.path, key], 'unknown key', near ? `did you mean ${near}?` : `write ${oneOf(known)}`, 'key');
      }
      continue;
    }
    const value = valueAt(data, issue.path);
    const expects = `write ${schemaAt(issue.path, schema)?.expects ?? 'another value'}`;
    report(issue.path, describe(issue, value), expects);
  }
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === '') return 'is empty';
  if (issue.code === 'too_big' && typeof value === 'string') return `is longer than ${issue.maximum} characters`;
  if (issue.code === 'too_small' && Array.isArray(value)) return 'the list is empty';
  return `${shown(value)} is not allowed here`;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    data,
  );
}

/** What looks like `${NAME}`: other programs fill it in, here it would silently stay as it is. */
const PLACEHOLDER = /\$\{[^}]*\}/;

/** Reports placeholders and credentials in any text of the config. */
export function reportForbidden(data: unknown, hide: (text: string) => string, report: Report): void {
  const walk = (value: unknown, path: readonly PropertyKey[]): void => {
    if (typeof value === 'string') {
      if (PLACEHOLDER.test(value))
        report(
          path,
          'values are not filled in from the environment',
          'write the value itself; secrets and addresses of this machine are environment variables, see config/env.example',
        );
      if (hide(value) !== value)
        report(path, 'this holds a secret', 'remove it: secrets are environment variables, see config/env.example');
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  walk(data, []);
}
