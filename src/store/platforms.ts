/** The platform of a destination: what its written form begins with. */
export const platformOf = (destination: string): string => destination.split(':', 1)[0] ?? destination;

/** Adds up the counts of what has the same name. */
export function sumBy<Row extends { readonly count: number }, Name extends object>(
  rows: readonly Row[],
  nameOf: (row: Row) => Name,
): (Name & { readonly count: number })[] {
  const groups = Map.groupBy(rows, row => JSON.stringify(nameOf(row)));
  return [...groups].map(([name, same]) => ({
    ...(JSON.parse(name) as Name),
    count: same.reduce((sum, { count }) => sum + count, 0),
  }));
}
