/** Milliseconds of work on end: then whoever asks this process for something else has a turn. */
const STRETCH = 15;

/** Gives others a turn where the last one is long ago. */
export function openBreath(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < STRETCH) return;
    await new Promise<void>(resolve => setImmediate(resolve));
    since = performance.now();
  };
}

/**
 * Runs a computation that asks a slow question many times, with turns for others between the answers. What it asks is
 * found out first, by running it on an answer that means nothing; it has to ask the same each time.
 */
export async function unhurried<Question, Answer, Result>(
  slow: (question: Question) => Answer,
  meaningless: Answer,
  compute: (answer: (question: Question) => Answer) => Result,
): Promise<Result> {
  const questions: Question[] = [];
  compute(question => {
    questions.push(question);
    return meaningless;
  });
  const breathe = openBreath();
  const answers: Answer[] = [];
  for (const question of questions) {
    answers.push(slow(question));
    await breathe();
  }
  let nth = 0;
  return compute(() => answers[nth++] as Answer);
}
