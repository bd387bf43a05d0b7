/** A message that a limited platform took. */
export interface Taken {
  readonly channel: string;
  /** Milliseconds. */
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Platforms that hold their limits in simulated time. Each keeps what was taken, and what it would complain of. */
export interface Limited {
  readonly taken: Taken[];
  readonly complaints: string[];
  /** Seconds for which refusals held everybody up. */
  readonly held: () => number;
}

/** On the road, milliseconds: there, and back. */
const ROAD = { there: [20, 90], back: [20, 60] } as const;

const sleep = (milliseconds: number) => new Promise<void>(resolve => void setTimeout(resolve, milliseconds));
/** The same in each run, and no two in step. */
export function chances(): (range: readonly [number, number]) => number {
  let seed = 7;
  return ([from, to]) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from + (seed % (to - from));
  };
}

/**
 * Slack: a message a second a channel, five a second in the workspace after a burst of ten, and nothing at all while a
 * 429 holds. The nth posts of `refusals` are answered by one, of so many seconds.
 */
export function limitedSlack(refusals: ReadonlyMap<number, number>): Limited & { readonly fetch: typeof fetch } {
  const taken: Taken[] = [];
  const complaints: string[] = [];
  const chance = chances();
  const lastIn = new Map<string, number>();
  let bucket = { tokens: 10, at: Date.now() };
  let closed = { from: 0, until: 0 };
  let [posts, held] = [0, 0];

  const tooMany = (seconds: number) =>
    new Response(JSON.stringify({ ok: false, error: 'ratelimited' }), {
      status: 429,
      headers: { 'retry-after': String(seconds) },
    });

  async function answer(method: string, body: URLSearchParams, left: number): Promise<Response> {
    const now = Date.now();
    if (method !== 'chat.postMessage') return Response.json({ ok: true, user_id: 'U0BOT', team_id: 'T0TEST' });
    const channel = body.get('channel') ?? '';
    // What was on its way already when the 429 was heard is refused without blame.
    if (now < closed.until) {
      if (left >= closed.from) complaints.push(`a post left ${closed.until - left} ms before Retry-After was over`);
      return tooMany(Math.ceil((closed.until - now) / 1000));
    }
    const tokens = Math.min(10, bucket.tokens + ((now - bucket.at) / 1000) * 5);
    if (tokens < 1) complaints.push('more than five posts a second in the workspace');
    bucket = { tokens: tokens - 1, at: now };
    const before = lastIn.get(channel);
    if (before !== undefined && now - before < 1000)
      complaints.push(`two posts within ${now - before} ms in ${channel}`);
    lastIn.set(channel, now);
    const refused = refusals.get(++posts);
    if (refused !== undefined) {
      const heard = ROAD.back[1] + now;
      closed = { from: heard, until: now + refused * 1000 };
      held += refused;
      return tooMany(refused);
    }
    taken.push({ channel, at: now, body: Object.fromEntries(body) });
    return Response.json({ ok: true, channel, ts: `${now / 1000}` });
  }

  return {
    taken,
    complaints,
    held: () => held,
    async fetch(url, init) {
      const left = Date.now();
      await sleep(chance(ROAD.there));
      const method = new URL(String(url)).pathname.split('/').at(-1) ?? '';
      const response = await answer(method, new URLSearchParams(String(init?.body ?? '')), left);
      await sleep(chance(ROAD.back));
      return response;
    },
  };
}

/**
 * Discord: a bucket of five posts in five seconds a channel, told by headers; fifty requests a second for the bot; and
 * nothing at all while a global 429 holds. The nth posts of `refusals` are answered by one, of so many seconds.
 */
export function limitedDiscord(
  refusals: ReadonlyMap<number, number>,
): Limited & { readonly makeRequest: (url: string, init: RequestInit) => Promise<Response> } {
  const taken: Taken[] = [];
  const complaints: string[] = [];
  const chance = chances();
  const buckets = new Map<string, { left: number; resetAt: number }>();
  const lately: number[] = [];
  let closed = { from: 0, until: 0 };
  let [posts, held] = [0, 0];

  const tooMany = (seconds: number, global: boolean) =>
    Response.json(
      { message: 'You are being rate limited.', retry_after: seconds, global },
      {
        status: 429,
        headers: {
          'retry-after': String(Math.ceil(seconds)),
          'x-ratelimit-scope': global ? 'global' : 'user',
          ...(global ? { 'x-ratelimit-global': 'true' } : {}),
        },
      },
    );

  function answer(channel: string, body: string | null, left: number): Response {
    const now = Date.now();
    if (now < closed.until) {
      if (left >= closed.from) complaints.push(`a post left ${closed.until - left} ms before a global wait was over`);
      return tooMany((closed.until - now) / 1000, true);
    }
    while (lately[0] !== undefined && now - lately[0] >= 1000) lately.shift();
    lately.push(now);
    // The road may bring some of the last second together with those of this one.
    if (lately.length > 60) complaints.push(`${lately.length} requests within a second`);
    // What kind of channel it is has no bucket that anybody could empty.
    if (body === null) return Response.json({ id: channel, type: 0, guild_id: '1' });
    let bucket = buckets.get(channel);
    if (!bucket || now >= bucket.resetAt) bucket = { left: 5, resetAt: now + 5000 };
    buckets.set(channel, bucket);
    if (bucket.left === 0) {
      complaints.push(`a post came to the empty bucket of ${channel}`);
      return tooMany((bucket.resetAt - now) / 1000, false);
    }
    bucket.left--;
    const refused = refusals.get(++posts);
    if (refused !== undefined) {
      closed = { from: now + ROAD.back[1], until: now + refused * 1000 };
      held += refused;
      return tooMany(refused, true);
    }
    taken.push({ channel, at: now, body: JSON.parse(body) });
    const headers = {
      'x-ratelimit-bucket': 'messages',
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': String(bucket.left),
      'x-ratelimit-reset-after': String((bucket.resetAt - now) / 1000),
    };
    return Response.json({ id: String(1_000_000 + taken.length), channel_id: channel }, { headers });
  }

  return {
    taken,
    complaints,
    held: () => held,
    async makeRequest(url, init) {
      const left = Date.now();
      await sleep(chance(ROAD.there));
      const channel = /channels\/(\d+)/.exec(url)?.[1] ?? '';
      const response = answer(channel, init.method === 'GET' ? null : String(init.body), left);
      await sleep(chance(ROAD.back));
      return response;
    },
  };
}
