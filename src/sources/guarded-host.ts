import { domainToUnicode } from 'node:url';

/** Alphabets whose letters pass for one another. */
const LOOKALIKE = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

/**
 * Why a host is not asked although its name may be public: it is written to be taken for another one.
 * @returns a clause for people, null where nothing speaks against it
 */
export function hostTrouble({ hostname }: URL): string | null {
  // "localhost." is localhost, under a name that is on no list.
  if (hostname.endsWith('.')) return `${hostname} ends in a dot: write it without`;
  for (const label of domainToUnicode(hostname).split('.'))
    if (LOOKALIKE.filter(letter => letter.test(label)).length > 1)
      return `${hostname} mixes alphabets ("${label}"), which is done to look like another name`;
  return null;
}
