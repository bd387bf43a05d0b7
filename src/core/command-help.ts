/**
 * What `help` shows: every command that exists, and how to ask. Options are written as they are typed in Slack; in
 * Discord they are picked.
 */
export const HELP: readonly string[] = [
  'follow QUERY: alerts for matching releases in this channel. Options: --to CHANNEL, --when now|hourly|daily 09:00|weekly mon 09:00, --urgent, --style card|compact|full, --mention WHO, --backfill 0-10',
  'edit N [QUERY]: changes one, with --when, --urgent or --no-urgent, --style, --mention; its number and history stay',
  'list: what this channel follows; pause N [--for 3d], resume N, unfollow N: one of them; resume: this channel, where it was suspended; unfollow all: every one made here',
  'settings: how this channel gets its alerts; changed with --zone, --quiet 22:00-07:00, --corrections, --when-unsure, --digest-hour',
  'preview QUERY [--days 90]: what that would have brought; search QUERY, latest [QUERY], show RELEASE: the archive',
  'why RELEASE [N]: clause by clause, why it was alerted here or was not',
  'topics, topics countries, topics agencies: what can be asked for; feed [QUERY or #N]: its address for feed readers',
  'status: how the sources and this channel are; test [N]: the latest match, sent here and marked as a test',
  'source list, source presets: what is watched, and what can be; source try|add URL-or-PRESET, source remove ID, where that is switched on',
  'A query is words, "exact phrases", topic:steel, country:ca, agency:kats, with OR, -not and parentheses:',
  'follow topic:steel country:ca · follow "supply chain" -AI · follow topic:(batteries OR semiconductors)',
];
