import { createHash } from 'node:crypto';
import type { Source, SourceConfig, Track, Validators } from '../ports/source.ts';

/**
 * A source whose validators and kept pages count for its own request only: what a server said of another address, or what was found
 * without the category lists that are asked for now, says nothing about this one.
 */
export function boundToRequest(source: Source, config: SourceConfig): Source {
  const { name: _, ...asked } = config;
  const mark = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 12);
  const bind = (validators: Validators): Validators => ({ ...validators, reader: `${validators.reader} ${mark}` });
  const unbind = (last: Validators | null): Validators | null =>
    last?.reader.endsWith(` ${mark}`) ? { ...last, reader: last.reader.slice(0, -mark.length - 1) } : null;
  const bindTrack = (track: Track): Track => ({
    kept: of => track.kept(`${of} ${mark}`),
    keep: (of, page) => track.keep(`${of} ${mark}`, page),
  });
  return {
    ...source,
    async read(last, signal, known, track) {
      const reading = await source.read(unbind(last), signal, known, track && bindTrack(track));
      return reading.is === 'unhealthy' ? reading : { ...reading, validators: bind(reading.validators) };
    },
  };
}
