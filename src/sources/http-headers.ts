import type { Advice } from '../ports/source.ts';

/** A minute, so that "now" is no storm; a day, so that a typing error in a header does not silence a source for years. */
const RETRY_AFTER = { least: 60, most: 86_400 };

/** RFC 9110 section 10.2.3: seconds or an HTTP-date; null where it is neither. */
export function retrySeconds(printed: string | null): number | null {
  if (printed === null) return null;
  const date = /^\d+$/.test(printed.trim()) ? null : Date.parse(printed);
  const seconds = date === null ? Number(printed) : (date - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(RETRY_AFTER.most, Math.max(RETRY_AFTER.least, Math.ceil(seconds)));
}

/**
 * How long an answer stays fresh, RFC 9111 section 4.2: max-age less the Age it came with. What may not be stored
 * promises nothing, and s-maxage speaks to caches that many share.
 */
export function freshSeconds(cacheControl: string | null, age: string | null): Pick<Advice, 'maxAge'> {
  const said = (cacheControl ?? '').toLowerCase();
  const printed = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})\b/.exec(said)?.[1];
  if (printed === undefined || /(?:^|[\s,])no-(?:store|cache)\b/.test(said)) return {};
  const passed = age !== null && /^\d{1,10}$/.test(age.trim()) ? Number(age) : 0;
  return { maxAge: Math.max(0, Number(printed) - passed) };
}
