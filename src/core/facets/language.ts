/** A third of the letters in Hangul make a text Korean: it quotes English names, while an English one hardly quotes Korean. */
const KOREAN_SHARE = 1 / 3;

/** The language that a release is written in. */
export function languageOf(release: { readonly title: string; readonly text: string }): 'en' | 'ko' {
  let letters = 0;
  let hangul = 0;
  for (const char of `${release.title}\n${release.text}`) {
    if (!/\p{L}/u.test(char)) continue;
    letters++;
    if (/\p{Script=Hangul}/u.test(char)) hangul++;
  }
  return letters > 0 && hangul / letters >= KOREAN_SHARE ? 'ko' : 'en';
}
