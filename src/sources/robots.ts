import robotsPackage from 'robots-parser';
import { type Ask, type Fetched, type Http, isLoopback, orAbort, shown, USER_AGENT_TOKEN, webUrl } from './http.ts';

/** The package is a function; its typing takes that for the default export of a module. */
const robotsParser = robotsPackage as unknown as typeof robotsPackage.default;

/** A day, as RFC 9309 section 2.4 asks. */
const KEPT = 86_400_000;

/** An hour where the file could not be had: its server may only be restarting. */
const KEPT_IN_DOUBT = 3_600_000;

/** RFC 9309 section 2.5: half a mebibyte has to be read; more is no such file. */
const MOST_CHARACTERS = 512 * 1024;

/** A minute between two requests: a larger wish would let one line of a file stop a catch-up over many pages. */
const LONGEST_PAUSE = 60_000;

interface Rules {
  /** Milliseconds between two requests. */
  readonly pause: number;
  disallows(url: string): boolean;
}

const NO_RULES: Rules = { pause: 0, disallows: () => false };

/** An address that robots.txt asks programs to leave alone and that is read because the operator named it. */
export interface Disallowed {
  /** Without the values of its query. */
  readonly url: string;
  readonly reason: string;
}

export interface RobotsOptions {
  /** Asks hosts of this machine too: they are the operator's own, so that by default nobody does. */
  readonly loopback?: boolean;
  /** Milliseconds for which the rules of a host are kept. */
  readonly kept?: number;
  /** Leaves alone what a host would rather not have read, instead of telling of it. */
  readonly heed?: boolean;
  /** Told once of every address that is read although its host would rather not. */
  readonly warn?: (disallowed: Disallowed) => void;
}

/**
 * A client that knows what each host's robots.txt (RFC 9309) says to us: it keeps the pause that is wished for, and
 * tells of what it reads against the host's wish. It reads all the same: sources are named by the operator, who has
 * the right to read a page and has been told. With `heed` it does not: what somebody in chat named is left alone.
 */
export function withRobots(http: Http, options: RobotsOptions = {}): Http {
  const rules = new Map<string, { readonly of: Promise<Rules>; until: number }>();
  const told = new Set<string>();

  function rulesOf(origin: string): Promise<Rules> {
    const now = performance.now();
    const known = rules.get(origin);
    if (known && now < known.until) return known.of;
    const kept = options.kept ?? KEPT;
    const entry = {
      of: readRules(http, origin).then(read => {
        if (read === null) entry.until = now + Math.min(kept, KEPT_IN_DOUBT);
        return read ?? NO_RULES;
      }),
      until: now + kept,
    };
    rules.set(origin, entry);
    return entry.of;
  }

  function warn(url: URL): void {
    const address = `${url.origin}${url.pathname}`;
    if (told.has(address)) return;
    told.add(address);
    options.warn?.({
      url: shown(url),
      reason: `the robots.txt of ${url.host} asks programs to leave this address alone; it is read because you named it`,
    });
  }

  async function fetch(ask: Ask): Promise<Fetched> {
    const url = webUrl(ask.url);
    if (!url || (isLoopback(url.host) && !options.loopback)) return http.fetch(ask);
    const reading = rulesOf(url.origin);
    const { pause, disallows } = ask.signal ? await orAbort(reading, ask.signal).catch(() => NO_RULES) : await reading;
    if (disallows(url.href)) {
      if (options.heed) return disallowed(url);
      warn(url);
    }
    const fetched = await http.fetch(pause > 0 ? { ...ask, pause } : ask);
    // A redirect within the host may lead to what the host would rather keep.
    if (options.heed && fetched.is === 'body' && disallows(fetched.url)) return disallowed(new URL(fetched.url));
    return fetched;
  }

  return { fetch, close: () => http.close() };
}

function disallowed(url: URL): Fetched {
  const reason = `the robots.txt of ${url.host} asks programs to leave ${shown(url)} alone`;
  return { is: 'fault', fault: 'refused', reason, retryAfter: null, status: null };
}

/** What a host says; no rules where it has no such file, null where that cannot be known now. */
async function readRules(http: Http, origin: string): Promise<Rules | null> {
  const url = `${origin}/robots.txt`;
  const fetched = await http.fetch({ url });
  if (fetched.is !== 'body') {
    // RFC 9309 section 2.3.1.3: what a server says is not there forbids nothing.
    const absent = fetched.is === 'fault' && fetched.status !== null && fetched.status >= 400 && fetched.status < 500;
    return absent ? NO_RULES : null;
  }
  const text = new TextDecoder().decode(fetched.bytes).slice(0, MOST_CHARACTERS);
  const robots = robotsParser(url, text);
  const seconds = robots.getCrawlDelay(USER_AGENT_TOKEN) ?? 0;
  return {
    pause: Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE) : 0,
    disallows: page => robots.isDisallowed(page, USER_AGENT_TOKEN) === true,
  };
}
