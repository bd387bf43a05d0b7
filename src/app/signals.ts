import type { Fields } from '../ports/runtime.ts';
import { EXIT, type ExitCode } from './errors.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Where a crash is written down: the log, which writes each line before the call returns. */
type Tell = (fields: Fields, message: string) => void;

/**
 * Runs something until SIGTERM or SIGINT, then lets it end in good order; a second signal ends the process at once.
 * An error that nobody caught is no state to go on in: it is logged and the process ends with code 1 at once. The
 * record is as consistent as after a kill, and the next start takes up what is owed.
 * @param tell hears of an uncaught exception or an unhandled rejection, with the stack that the log hides otherwise
 */
export async function untilStopped(open: () => Promise<{ stop(): Promise<void> }>, tell: Tell): Promise<ExitCode> {
  const { promise: told, resolve: stop } = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = () => {
    if (++signals > 1) process.exit(EXIT.failure);
    stop();
  };
  // Node raises unhandled rejections here too, where nobody listens to them by their own name.
  const onCrash = (error: unknown, origin: string) => {
    try {
      tell({ error, origin, where: error instanceof Error ? error.stack : null }, 'an error that nobody caught');
    } finally {
      process.exit(EXIT.failure);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onCrash);
  try {
    const running = await open();
    await told;
    await running.stop();
    return EXIT.ok;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtException', onCrash);
  }
}
