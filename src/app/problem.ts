/** Something that is wrong, as people are told of it. */
export interface Problem {
  readonly what: string;
  /** What mends it. */
  readonly fix: string;
}
