import { StorageError } from '../store/errors.ts';

/** Sources and destinations of which the database refused the last that was to be written down. */
export type Unwritten = Set<string>;

/** Does something that writes, and notes whether the database refused it. @throws what it throws */
export async function noting<T>(unwritten: Unwritten, of: string, write: () => Promise<T>): Promise<T> {
  try {
    const written = await write();
    unwritten.delete(of);
    return written;
  } catch (error) {
    if (error instanceof StorageError) unwritten.add(of);
    else unwritten.delete(of);
    throw error;
  }
}
