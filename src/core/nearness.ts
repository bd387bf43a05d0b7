/**
 * The edit distance of two words (insert, delete, replace, swap of neighbours), as far as it matters.
 * @returns the distance, or `most` + 1 where it is greater than `most`
 */
export function distanceWithin(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(at(last, b.length), most + 1);
}

const at = (row: readonly number[], index: number) => row[index] ?? Number.POSITIVE_INFINITY;

/** Those of the words that are nearest to what was typed, the nearest first; capitals make no difference. */
export function nearestWords(words: readonly string[], typed: string, most = 3): string[] {
  const sought = typed.toLowerCase();
  const allowed = Math.max(1, Math.min(3, Math.floor(sought.length / 2)));
  return words
    .map(word => ({ word, distance: distanceOf(sought, word.toLowerCase(), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
    .slice(0, most)
    .map(({ word }) => word);
}

/** A word that was begun right is nearer than one with an error in it. */
const distanceOf = (typed: string, word: string, most: number) =>
  typed !== '' && word.startsWith(typed) ? 0.5 : distanceWithin(typed, word, most);
