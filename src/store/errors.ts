/** What is wrong with the place where things are kept. */
export type StorageFault =
  | 'full'
  | 'busy'
  | 'io'
  | 'corrupt'
  | 'foreign'
  | 'newer'
  | 'readonly'
  | 'unreachable'
  | 'network'
  | 'engine'
  | 'taken'
  | 'address';

/** For each fault, what it says to a person and what mends it. */
const TEXTS: Readonly<Record<StorageFault, { readonly what: string; readonly fix: string }>> = {
  full: { what: 'the disk of the database is full', fix: 'free some space; nothing was half written' },
  busy: { what: 'another process keeps the database busy', fix: 'wait until it has finished, then try again' },
  io: { what: 'the disk of the database does not read or write', fix: 'look at the disk and at the system log' },
  corrupt: { what: 'the database is damaged', fix: 'stop everything that uses it and restore a backup' },
  foreign: {
    what: 'this file is no database of gwanbo and was left untouched',
    fix: 'name another file in DATABASE_URL, or move this one away',
  },
  newer: { what: 'this database was made by a later version of gwanbo', fix: 'run that version, or restore a backup' },
  readonly: {
    what: 'the database cannot be written',
    fix: 'give this user the right to write the file and its folder',
  },
  unreachable: { what: 'the database cannot be opened', fix: 'see that the folder exists and may be read and written' },
  network: {
    what: 'the database lies on a network file system, which does not keep locks',
    fix: 'put it on a local disk',
  },
  engine: {
    what: 'the SQLite of this Node is older than 3.51.3 and can damage databases',
    fix: 'run the Node that package.json asks for',
  },
  taken: { what: 'there is a file of that name', fix: 'name another one, or move it away' },
  address: { what: 'DATABASE_URL names no database', fix: 'write sqlite:PATH, for example sqlite:data/gwanbo.db' },
};

/** Thrown where the database cannot do what was asked. The message is for people; `fault` is for code. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fault: StorageFault;
  /** The file (or the address) it is about. */
  readonly at: string;
  readonly fix: string;

  constructor(fault: StorageFault, at: string, cause?: unknown) {
    const detail = cause instanceof Error ? ` (${cause.message})` : '';
    super(`${TEXTS[fault].what}: ${at}${detail}`, { cause });
    this.fault = fault;
    this.at = at;
    this.fix = TEXTS[fault].fix;
  }
}

/** Thrown where another process already runs on the database. */
export class Locked extends Error {
  override readonly name = 'Locked';
  /** Process id of the one that holds the lock, null where it could not be read. */
  readonly pid: number | null;
  /** The database. */
  readonly at: string;

  constructor(pid: number | null, at: string) {
    super(`${pid === null ? 'another process' : `process ${pid}`} is running on this database: ${at}`);
    this.pid = pid;
    this.at = at;
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that say something of the place and not of the statement. */
const FAULT_OF: Readonly<Record<number, StorageFault>> = {
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'unreachable',
  26: 'foreign',
};

/** What SQLite or the file system threw as a StorageError; whatever says nothing of the place (a broken constraint) as it is. */
export function storageError(error: unknown, path: string): unknown {
  const fault = faultOf(error);
  return fault && !(error instanceof StorageError) ? new StorageError(fault, path, error) : error;
}

/** The fault behind what node:sqlite or the file system threw, undefined where it is no storage fault. */
export function faultOf(error: unknown): StorageFault | undefined {
  if (error instanceof StorageError) return error.fault;
  if (!(error instanceof Error)) return undefined;
  // The low byte is the primary code; the rest tells apart what we treat alike.
  if ('errcode' in error && typeof error.errcode === 'number') return FAULT_OF[error.errcode & 0xff];
  if (!('code' in error)) return undefined;
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') return 'readonly';
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return 'full';
  if (error.code === 'EIO') return 'io';
  return 'syscall' in error ? 'unreachable' : undefined;
}
