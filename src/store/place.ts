import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { faultOf, StorageError } from './errors.ts';

/** File systems over a network do not keep the locks that WAL needs: magic numbers of statfs(2) for NFS, SMB, CIFS and SMB2. */
const NETWORK_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

/**
 * Makes the folder of a file (0700) and the empty file itself (0600) where they are missing, and checks that both
 * can be written. What exists keeps its rights and its content.
 * @throws {StorageError} readonly, unreachable, network, full
 */
export function preparePlace(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    else closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new StorageError(faultOf(error) ?? 'unreachable', path, error);
  }
  if (isNetwork(statfsSync(folder).type)) throw new StorageError('network', path);
}

/** Makes a folder and those above it. Not by `recursive`: where the system refuses (under /proc) Node 26 then never returns. */
function makeFolder(folder: string): void {
  try {
    makeOne(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolder(dirname(folder));
    makeOne(folder);
  }
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
}

/** Whether a type as statfs(2) gives it is that of a network file system. */
export function isNetwork(type: number): boolean {
  return NETWORK_FILE_SYSTEMS.has(type >>> 0);
}
