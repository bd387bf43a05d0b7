import { parentPort, workerData } from 'node:worker_threads';
import { backUp } from './backup.ts';
import { StorageError } from './errors.ts';

/** Copies beside the main thread, which would stand still for as long as the disk takes. */
const { path, to } = workerData as { readonly path: string; readonly to: string };

try {
  parentPort?.postMessage({ backup: backUp(path, to) });
} catch (error) {
  const fault = error instanceof StorageError ? error.fault : 'io';
  parentPort?.postMessage({ fault, message: (error as Error).message });
}
