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
  /** The name of a post in a forum, and how many tags it may have. */
  post: 100,
  tags: 5,
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
  /** Ours: "Corrected 2025-12-04 14:20 KST: " and what changed. */
  correction: 300,
  /** Ours: of a release in a roundup its title, its context, why it came and its link; longer links are left out. */
  listed: { title: 200, context: 200, why: 160, url: 500 },
  /** Ours: the heading of a section of a roundup. */
  heading: 100,
  /** Ours: the words of a changed stretch in a note; beyond it the page has them. */
  changed: 600,
  /** Ours: four figures of eighty characters, their escapes and what parts them. */
  figures: 500,
  /** Ours: one reason is a line or two. */
  why: 300,
  /** Ours: all reasons together, so that many subscriptions in one channel leave room for the text itself. */
  whys: 1200,
  /** Ours: so much of the text stays, however many attachments there are. */
  text: 1000,
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
  /**
   * How long Discord knows a nonce: it says "the past few minutes", of which we believe two.
   */
  nonce: 120_000,
  /** How long a request waits for its turn among our own before it is left to the outbox. */
  turn: 5000,
  /** How much earlier than asked for a history is read: what clocks and roads may differ by. */
  margin: 60_000,
  /** Messages a page of a history has, and how many pages are read before a person has to decide. */
  page: 100,
  pages: 100,
  /** A short wait that a page of a history asks for is waited for, so that the pages before it are not read again. */
  shortWait: 10_000,
  /** Before asking again for what may be repeated and was not answered. */
  again: 5000,
  /**
   * Refused requests (401, 403, 429 but for those of scope "shared") in a minute: Discord shuts out an address with ten
   * thousand of them in ten minutes, and we stay below by a factor of a hundred.
   */
  refusals: { most: 9, within: 60_000 },
  /** Where Discord refuses for now without saying how long. */
  unnamedWait: 60_000,
  /** Where the connection could not even be made: long enough for a name server or a router to come back. */
  unreachable: 15_000,
  /** The longest pause that is believed: a time of years is a fault of the answer, and a day's delay is found out. */
  longestWait: 86_400_000,
  /** A refusal by the network in front of the API is lifted after minutes, and each try prolongs it. */
  blocked: 600_000,
  /**
   * Added at random to every wait, so that the destinations of one bot do not come back in one instant: a share of the
   * wait, since a whole second added to the one second of the bot's own limit halves what it may send; and at most this.
   */
  jitter: { share: 0.1, most: 1000 },
  /** How long `listen` waits for the gateway before it leaves the connecting to the background. */
  firstConnection: 10_000,
  /** How long guilds may trickle in before commands are heard; those of a guild in outage never come. */
  guilds: 2000,
  /** How long the gateway may take to say goodbye. */
  goodbye: 2000,
} as const;
