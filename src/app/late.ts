/** A message that is owed for longer than this is late: polls and posts take seconds. */
export const LATE = Temporal.Duration.from({ minutes: 10 });
