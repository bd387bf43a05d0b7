import type { Fields, Log } from '../../src/ports/runtime.ts';

/** A log that keeps what it is told, for tests that read it and for those that want no noise. */
export function silentLog(): Log & { readonly lines: { level: string; fields: Fields; message: string }[] } {
  const lines: { level: string; fields: Fields; message: string }[] = [];
  const keep = (level: string) => (fields: Fields, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
