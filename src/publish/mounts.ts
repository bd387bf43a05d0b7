import type { IncomingMessage, RequestListener } from 'node:http';

/** The listener mounted at a path or above it, the longest prefix first. */
export function mountOf(mounts: ReadonlyMap<string, RequestListener>, path: string): RequestListener | null {
  const fitting = [...mounts.keys()].filter(prefix => path === prefix || path.startsWith(`${prefix}/`));
  const longest = fitting.toSorted((one, other) => other.length - one.length)[0];
  return longest === undefined ? null : (mounts.get(longest) ?? null);
}

/**
 * Bounds the body of a request: one that announces more is refused at once, one that announces nothing is cut off
 * (the connection with it) when it goes over.
 */
export function guardBody(request: IncomingMessage, most: number): 'too large' | 'fine' {
  if (Number(request.headers['content-length'] ?? 0) > most) return 'too large';
  if (request.headers['transfer-encoding'] === undefined) return 'fine';
  let read = 0;
  // Every way of reading a stream takes what was pushed: counting here counts for any listener.
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    read += chunk?.length ?? 0;
    if (read <= most) return push(chunk, encoding);
    request.destroy();
    return false;
  };
  return 'fine';
}
