import { sentences } from './sentences.ts';
import { truncate } from './text.ts';

/** Background often comes first ("Amid rising protectionism, ..."); what happened stands within the first few sentences. */
const FIRST_SENTENCES = 3;
const BACKGROUND =
  /^["“]?(?:amid|as|with|since|in recent|recently|against|while|although|despite|due to|given|following|under|every|global|today)\b/i;
const EVENT =
  /\b(?:held|holds|hosts?|hosted|met|meets|meeting|announced|announces|attend(?:s|ed)|visit(?:s|ed)|signed|signs|launch(?:es|ed)|open(?:s|ed)|release[sd]|published?|chaired|presided|will (?:be )?(?:hold|held|host|hosted|launch|visit|attend|meet|sign|announce|open)|unveil(?:s|ed)|reveal(?:s|ed)|discussed|discusses|agreed|concluded|approved|adopted|convened|took place|selected|designated|rose|fell|climbed|increased|decreased|reached|recorded)\b/i;
const DAY =
  /\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan(?:uary)?|feb(?:ruary)?|march|mar|april|apr|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,2})\b/i;
/** A heading that the listing glued to the first sentence: "[Naming Ceremony] The ministry ...", "➊ ...". */
const MARKER = /^(?:\[[^\]]{1,120}\]|<[^<>]{1,120}>|[➊-➓①-⑳■□○●◦▶▷※*·-])\s*/u;

/** @returns whether a sentence tells an event rather than its background. */
const happens = (sentence: string) => EVENT.test(sentence) && DAY.test(sentence);

/**
 * The first sentence that says what happened. A first sentence of background is passed over where one of the next
 * two tells a dated event; otherwise the first one stands.
 * @returns an exact substring of the text; empty where the text has no word
 */
export function leadOf(text: string): string {
  const first = sentences(text)
    .slice(0, FIRST_SENTENCES)
    .map(({ start, end }) => withoutMarker(text.slice(start, end)))
    .filter(sentence => /[\p{L}\p{N}]/u.test(sentence));
  const [opening = '', ...rest] = first;
  if (!BACKGROUND.test(opening) || happens(opening)) return opening;
  return rest.find(happens) ?? opening;
}

function withoutMarker(sentence: string): string {
  const marker = MARKER.exec(sentence)?.[0] ?? '';
  return sentence.slice(marker.length);
}

/** "(MOTIR, Minister Kim Jung-kwan)": a ministry and who heads it, the same in every release. */
const FORMULA = /\s?\([A-Z][A-Za-z]{1,7}, (?:Acting )?Minister [^()]{1,80}\)/g;

/**
 * The lead as a card shows it: without the ministry's formula, cut to at most `most` UTF-16 units at the end of a
 * sentence where one fits, else after a word and with an ellipsis.
 */
export function cardLead(lead: string, most: number): string {
  const plain = lead.replace(FORMULA, '');
  if (plain.length <= most) return plain;
  const whole = sentences(plain).findLast(({ end }) => end <= most);
  if (whole) return plain.slice(0, whole.end);
  const rough = truncate(plain, most);
  const space = rough.lastIndexOf(' ');
  // A text without spaces (Korean, a URL) has no word end near: it is cut between characters.
  if (space < most / 2) return rough;
  return `${rough.slice(0, space).replace(/[\s,;:–—-]+$/u, '')}…`;
}
