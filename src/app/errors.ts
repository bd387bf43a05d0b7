/** Exit codes of the command line: part of the outside contract. */
export const EXIT = { ok: 0, failure: 1, usage: 2, locked: 3, storage: 4, config: 5, source: 6, channel: 7 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error as people and scripts are told of it: the JSON of `--json` carries it under "error". */
export interface Complaint {
  readonly code: Exclude<keyof typeof EXIT, 'ok'>;
  readonly message: string;
  /** What to do, as an order. */
  readonly fix: string | null;
  /** The place: "config/gwanbo.yaml:12:7", "column 9 of the query". */
  readonly at: string | null;
}

/** What went wrong in a way that a person can mend: the message says what, `fix` what to do. */
export class Trouble extends Error implements Complaint {
  override readonly name = 'Trouble';
  readonly code: Complaint['code'];
  readonly fix: string | null;
  readonly at: string | null;

  constructor(code: Complaint['code'], message: string, more: { fix?: string; at?: string; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.fix = more.fix ?? null;
    this.at = more.at ?? null;
  }
}
