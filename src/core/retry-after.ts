/**
 * Retry-After of a chat platform or a receiver, in either of its forms (RFC 9110 section 10.2.3); fractions, which some
 * proxies write, are taken too.
 * @returns seconds, 0 for a time that is past; null where it is neither
 */
export function readRetrySeconds(header: string | null, now: Temporal.Instant): number | null {
  const given = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d{1,9})?$/.test(given)) return Number(given);
  // Without a letter nothing is a date: the engine takes "12.5" for one.
  const date = /[A-Za-z]/.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, (date - now.epochMilliseconds) / 1000);
}
