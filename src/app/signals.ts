import type { Log } from '../ports/runtime.ts';
import { EXIT, type ExitCode } from './errors.ts';

/**
 * Runs something until SIGTERM or SIGINT, then lets it end in good order; a second signal ends the process at once.
 * An error that nobody caught is no state to go on in: the process ends with code 1 and the record is consistent.
 */
export async function untilStopped(
  open: () => Promise<{ stop(): Promise<void> }>,
  log: Pick<Log, 'error'>,
): Promise<ExitCode> {
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = () => {
    if (++signals > 1) process.exit(EXIT.failure);
    tell();
  };
  // Through our log, which hides secrets; Node itself would print the error as it is.
  const onFault = (error: unknown) => {
    log.error({ error }, 'a fault that nothing caught ends the process');
    process.exit(EXIT.failure);
  };
  process.on('uncaughtException', onFault);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  try {
    const running = await open();
    await told;
    await running.stop();
    return EXIT.ok;
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, onSignal);
    process.off('uncaughtException', onFault);
  }
}
