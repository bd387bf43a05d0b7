/**
 * Slack's numbers, each named once. Lengths are counted in UTF-16 units, which is never less than what Slack counts.
 * Source: docs.slack.dev, reference of Block Kit, of chat.postMessage and of rate limits, unless another is named.
 */
export const LIMITS = {
  /** Top-level text: Slack advises 4,000 and cuts at 40,000. */
  text: 4000,
  /** Blocks of one message. */
  blocks: 50,
  /**
   * Text of all blocks together: undocumented. People met msg_blocks_too_long from 11,300 characters on
   * (github.com/slackapi/bolt-js issues 2509 and 2867), so we stay below by a margin.
   */
  allBlocks: 10_000,
  /** plain_text of a header block. */
  header: 150,
  /** Text of a section, and of any text object. */
  section: 3000,
  /** Address of a button or a link. */
  url: 3000,
} as const;

/** Our own measures within those limits: what a reader takes in before it becomes a wall of text. */
export const MEASURES = {
  /** A title that does not fit the header is shown whole below it, up to here. */
  title: 1000,
  context: 500,
  /** Four figures of eighty characters and what parts them. */
  figures: 400,
  why: 1500,
  /** A longer address stands in the blocks alone, so that titles, context and mentions fit beside it. */
  linkInText: 1700,
  /** "Corrected 2025-12-04 14:20 KST: " and what changed. */
  correction: 300,
  /** Of a release in a roundup its title, its context and why it came, each; a heading of a section as a title. */
  listed: 200,
  /** Lines of one section of a roundup. */
  lines: 90,
  /** A changed stretch of words in a note; beyond it the page has them. */
  changed: 600,
  /** Mentions in one message: a subscription that calls more people than this wants a user group. */
  mentions: 20,
  attachments: 10,
  /** Title in the minimal message that replaces one Slack refused as malformed. */
  minimalTitle: 300,
} as const;

/**
 * Messages a page of a history has (Slack gives fewer to some apps), how many pages are read before a person has to
 * decide, and how often a page is asked for that says there are more and not where.
 */
export const PAGES = { size: 200, most: 100, endless: 5 } as const;

/** Calls of a method of Tier 3 that need not be spaced where there were none before. */
export const BURST = 8;

/** Milliseconds. */
export const TIMES = {
  /** Posting limit: 1 message a second a channel; "no guarantee" that more are stored or shown. */
  gap: 1000,
  /**
   * Between the starts of two calls of one method: of posts in one channel (a little more than the second, since roads
   * differ), of posts in the workspace ("several hundred a minute"), of methods of Tier 3 (fifty a minute: of them a few
   * at once, and then so far apart that no minute has more).
   */
  channelPosts: 1050,
  workspacePosts: 200,
  tier3: 1400,
  /** A turn that comes within this time is waited for; a later one is left to the outbox. */
  turn: 15_000,
  /** How much earlier than asked for a history is read: what roads and clocks may differ by. */
  margin: 60_000,
  /** Before asking again for what may be repeated and was not answered. */
  again: 5000,
  /** A Web API call that takes longer is given up, and then nobody knows: Slack itself answers within a second or two. */
  request: 10_000,
  /** After the WebSocket opens Slack says hello at once; a connection that stays mute is given up. */
  hello: 15_000,
  /** How long close() waits for the WebSocket's closing handshake. */
  farewell: 1000,
  /** Signed requests are accepted this long before and after their time stamp. */
  signature: 5 * 60_000,
  /** Ids of handled commands are remembered this long: twice the window within which a copy still has a valid signature. */
  replay: 10 * 60_000,
  /** What a 429 without a usable Retry-After means. */
  retryAfter: 30_000,
  /** The longest Retry-After that is believed. */
  retryAfterMost: 24 * 3_600_000,
  /** Nothing was sent since Slack could not be reached: next try. */
  unreachable: 15_000,
  /** A refused token is not tried again before this, so that a wrong token makes no storm. */
  refused: 60_000,
  /** auth.test while all is well: an app that was removed is found within a day, also if the event was missed. */
  verify: 24 * 3_600_000,
  /** First and longest pause between tries to connect; doubled each time. apps.connections.open allows about one call a minute. */
  backOff: 1000,
  backOffMost: 60_000,
  /** A connection that lived this long was a good one: the next pause starts at the first again. */
  settled: 30_000,
} as const;
