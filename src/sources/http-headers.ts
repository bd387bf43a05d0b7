import type { Advice } from '../ports/source.ts';

/** A minute, so that "now" is no storm; a day, so that a typing error in a header does not silence a source for years. */
const RETRY_AFTER = { least: 60, most: 86_400 };

/**
 * How long a server wants to be left alone, RFC 9110 section 10.2.3, clamped to a minute and a day.
 * @param printed seconds or an HTTP-date
 * @param sentAt the Date header it came with: the clock that a date is meant by, which may be wrong; null for ours
 * @returns seconds, null where it is neither
 */
export function retrySeconds(printed: string | null, sentAt: string | null = null): number | null {
  const said = printed?.trim() ?? '';
  const until = httpDate(said);
  const seconds = until === null ? secondsOf(said) : (until - (httpDate(sentAt ?? '') ?? Date.now())) / 1000;
  return seconds === null ? null : Math.min(RETRY_AFTER.most, Math.max(RETRY_AFTER.least, Math.ceil(seconds)));
}

const secondsOf = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

/** The three forms of RFC 9110 section 5.6.7, all of them in UTC. The engine alone would take "-5" for a date. */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (?:\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT|[A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** Milliseconds since 1970, null for anything else. */
function httpDate(text: string): number | null {
  if (!HTTP_DATE.test(text)) return null;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : time;
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
