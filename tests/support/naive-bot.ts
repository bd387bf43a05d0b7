/**
 * What a bot does that keeps a list of what it has sent: post, then write down. It is run through the same kills as ours,
 * so that these are known to find what they look for. `naive-bot.ts DATABASE ITEMS_URL SLACK_URL TOKEN CHANNEL`
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const [database = '', items = '', slack = '', token = '', channel = ''] = process.argv.slice(2);
const db = new DatabaseSync(database);
db.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS sent (title TEXT PRIMARY KEY)',
);
const known = db.prepare('SELECT 1 FROM sent WHERE title = ?');
const keep = db.prepare('INSERT INTO sent VALUES (?)');

for (;;) {
  const titles = (await (await fetch(items)).json()) as readonly string[];
  for (const title of titles) {
    if (known.get(title)) continue;
    const answer = await fetch(`${slack}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ channel, text: title }),
    });
    const { ok } = (await answer.json()) as { readonly ok: boolean };
    if (ok) keep.run(title);
    process.stdout.write(`${title}\n`);
  }
  await sleep(200);
}
