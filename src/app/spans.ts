/** Whether a span has passed since something was done; a clock that was set back makes it due as well. */
export function isDue(last: string | undefined, span: Temporal.Duration, now: Temporal.Instant): boolean {
  if (last === undefined) return true;
  const passed = now.since(last);
  return passed.sign < 0 || Temporal.Duration.compare(passed, span) >= 0;
}
