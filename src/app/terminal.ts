import { styleText } from 'node:util';

/** Where people's output goes, and in which form. */
export interface Terminal {
  readonly json: boolean;
  readonly color: boolean;
  /** Characters in a line. */
  readonly columns: number;
  write(text: string): void;
  /** Writes a line: the record as JSON with --json, else the text. A null text says nothing to people. */
  show(record: object, text: string | null): void;
  /** A remark for people; programs are not told. */
  note(text: string): void;
}

/** What a line may be where the terminal does not say: the oldest habit there is. */
const COLUMNS = 80;

/** What is needed of stdout. */
export interface Stream {
  write(text: string): unknown;
  readonly columns?: number;
  /** As of a terminal: also asks NO_COLOR and FORCE_COLOR. */
  hasColors?(): boolean;
}

export function openTerminal(stream: Stream, { json }: { readonly json: boolean }): Terminal {
  const write = (text: string) => void stream.write(text);
  return {
    json,
    color: !json && stream.hasColors?.() === true,
    // A terminal without a size says 0.
    columns: stream.columns || COLUMNS,
    write,
    show(record, text) {
      if (json) write(`${JSON.stringify(record)}\n`);
      else if (text !== null) write(`${text}\n`);
    },
    note(text) {
      if (!json) write(`${text}\n`);
    },
  };
}

type Styles = Parameters<typeof styleText>[0];

/** A styler that leaves texts as they are where colours are not wanted. */
export function painter({ color }: Pick<Terminal, 'color'>): (style: Styles, text: string) => string {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}
