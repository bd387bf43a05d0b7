/** The time and the log, handed in so that tests can move the one and read the other. */
export interface Runtime {
  now(): Temporal.Instant;
  readonly log: Log;
}

/** Structured log: facts go in fields, never in the message; the writer redacts secrets. */
export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export type Fields = Readonly<Record<string, unknown>>;
