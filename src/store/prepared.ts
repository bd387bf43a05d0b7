import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Stands in a query for a value that is known when it is run. */
class Slot {
  readonly name: PropertyKey;

  constructor(name: PropertyKey) {
    this.name = name;
  }
}

const slots = new Proxy({}, { get: (_, name) => new Slot(name) });

/**
 * A query that is built and compiled once, for what is run for every single delivery: building one costs several
 * times what SQLite needs to run it.
 * @param build makes the query; it takes the arguments by destructuring and only hands them on, since they are not
 * there yet
 * @returns runs it on a database or within a transaction
 */
export function prepared<Arguments extends object, Row>(
  build: (db: Kysely<Tables>, args: Arguments) => Compilable<Row>,
): (db: Kysely<Tables>, args: Arguments) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (db, args) => {
    compiled ??= build(db, slots as Arguments).compile();
    const parameters = compiled.parameters.map(value =>
      value instanceof Slot ? args[value.name as keyof Arguments] : value,
    );
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
