/**
 * What Discord accepts, in one place so that a wrong number is one line to change. From the documentation of
 * "Create Message", "Embed limits" and "Component reference" unless a line says otherwise. Discord counts
 * characters; we count UTF-16 units, which are never fewer.
 */
export const LIMITS = {
  content: 2000,
  /** An embed's title, markdown escapes included. */
  title: 256,
  description: 4096,
  footer: 2048,
  /** Over all embeds of a message: titles, descriptions, footers, authors, field names and values together. */
  embeds: 6000,
  /** An embed's own link; from the published API schema. */
  embedUrl: 2048,
  /** A link button's address: a longer one leaves the button out, the title still links. */
  buttonUrl: 512,
  /** Ours: the API takes 100 roles and 100 people, but fifty mentions fill half of the content already. */
  mentions: 50,
  /** Ours: a list of facets longer than this is no longer read; it is cut, the release page has them all. */
  context: 300,
  /** Ours: four figures of eighty characters, their escapes and what parts them. */
  figures: 500,
  /** Ours: one reason is a line or two. */
  why: 300,
  /** Ours: all reasons together, so that many subscriptions in one channel leave room for the text itself. */
  whys: 1200,
  /** Ours: as many attachments as fit a glance; the release page has them all. */
  attachments: 8,
} as const;

/** How we deal with Discord, in milliseconds. */
export const PACE = {
  /** A request unanswered for so long may or may not have been executed: the outbox finds out. */
  request: 10_000,
  /**
   * No pause of ours between posts: the buckets of X-RateLimit-Bucket rule, they differ by route and change
   * without notice, and a request they would refuse is not made at all.
   */
  gap: 0,
  /** Where Discord refuses for now without saying how long. */
  unnamedWait: 60_000,
  /** Where the connection could not even be made: long enough for a name server or a router to come back. */
  unreachable: 15_000,
  /** The longest pause that is believed: a time of years is a fault of the answer, and a day's delay is found out. */
  longestWait: 86_400_000,
  /** A refusal by the network in front of the API is lifted after minutes, and each try prolongs it. */
  blocked: 600_000,
  /** Added at random to every wait, so that the destinations of one bot do not come back in one instant. */
  jitter: 1000,
  /** How long `listen` waits for the gateway before it leaves the connecting to the background. */
  firstConnection: 10_000,
  /** How long guilds may trickle in before commands are heard; those of a guild in outage never come. */
  guilds: 2000,
  /** How long the gateway may take to say goodbye. */
  goodbye: 2000,
} as const;
