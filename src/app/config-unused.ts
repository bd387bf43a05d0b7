/** A key that is understood and not acted on in this version, and what that means for whoever wrote it. */
export interface UnusedKey {
  /** Keys from the top; "*" stands for every item of a list. */
  readonly path: readonly string[];
  readonly what: string;
}

/** Kept in one place, so that the day a key is acted on is the day one line goes. */
export const UNUSED_KEYS: readonly UnusedKey[] = [
  { path: ['operations', 'retention', 'rawReads'], what: 'raw readings are not kept' },
];

/** The paths of a config's data that one of the keys stands for. */
export function unusedPaths(data: unknown): { readonly path: readonly PropertyKey[]; readonly what: string }[] {
  return UNUSED_KEYS.flatMap(({ path, what }) => matches(data, path).map(found => ({ path: found, what })));
}

function matches(data: unknown, path: readonly string[]): PropertyKey[][] {
  const [step, ...rest] = path;
  if (step === undefined) return [[]];
  if (typeof data !== 'object' || data === null) return [];
  const entries: [PropertyKey, unknown][] =
    step === '*'
      ? Array.isArray(data)
        ? [...data.entries()]
        : []
      : Object.entries(data).filter(([key]) => key === step);
  return entries.flatMap(([key, inner]) => matches(inner, rest).map(tail => [key, ...tail]));
}
