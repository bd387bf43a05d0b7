import { columnsOf } from '../channels/console/columns.ts';

/**
 * Breaks a text into lines at its spaces. Unlike the text of a release, what is laid out here may hold addresses, paths
 * and ids that people copy: a word that is wider than the line stays whole.
 * @param first what the first line begins with
 * @param columns of the whole line
 * @param indent spaces before the other lines; left out, they stand under what follows `first`
 */
export function hang(first: string, text: string, columns: number, indent: number = columnsOf(first)): string[] {
  const lines: string[] = [];
  const below = ' '.repeat(indent);
  let [line, empty] = [first, true];
  for (const word of text.split(/\s+/).filter(part => part !== '')) {
    const joined = empty ? `${line}${word}` : `${line} ${word}`;
    if (empty || columnsOf(joined) <= columns) {
      line = joined;
    } else {
      lines.push(line);
      line = `${below}${word}`;
    }
    empty = false;
  }
  return [...lines, line];
}

/** A word as it is typed after a command: in quotes where a shell would read something else. */
export function inShell(word: string): string {
  return /^[\w:./@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** An instant as people read it, to the minute: "2025-12-04 01:05 UTC". */
export function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Milliseconds as people say them: "10 min", "2 h", "1 s". */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
