/** What a secret is replaced by, wherever text leaves the process. */
export const HIDDEN = '[secret]';

/** A configured value shorter than this is a common word: replacing it would hide half of every log. */
const SHORTEST = 6;

/** What looks like a credential is hidden even where nobody configured it: pasted into a YAML value, quoted by a server. */
const SHAPES: readonly RegExp[] = [
  // Slack: bot, user, app-level, refresh and legacy tokens.
  /\bxox[a-z](?:\.xox[a-z])?-[\w-]{4,}/g,
  /\bxapp-[\w-]{4,}/g,
  // Discord: base64 of the bot's id, a timestamp and a signature, joined by dots.
  /\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}/g,
  // Addresses whose path is the credential: Slack and Discord incoming webhooks, Discord interaction callbacks.
  /(?<=hooks\.slack\.com\/)[\w/-]+/g,
  /(?<=\/(?:webhooks|interactions)\/\d{5,20}\/)[\w.-]{8,}/g,
  // An Authorization header, and the user part of a URL.
  /(?<=\b(?:Bearer|Bot|Basic) )[\w.~+/-]{8,}=*/g,
  /(?<=:\/\/)[^\s/?#@"\\]+(?=@)/g,
];

/**
 * Replaces secrets in a text by "[secret]": each known value as it is, as it stands inside JSON and as it stands in a
 * URL, and whatever has the shape of a credential.
 * @param known configured secrets; values of fewer than 6 characters are left to the field names that hold them
 */
export function hideSecrets(text: string, known: readonly string[] = []): string {
  let safe = text;
  for (const value of known) {
    if (value.length < SHORTEST) continue;
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]))
      safe = safe.replaceAll(form, HIDDEN);
  }
  for (const shape of SHAPES) safe = safe.replace(shape, HIDDEN);
  return safe;
}
