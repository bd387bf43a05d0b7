import type { Command } from 'commander';
import { declaring, number, run } from './cli-run.ts';

/** The commands that read the archive, and say what can be asked for. */
export function addArchive(program: Command): void {
  const on = declaring(program);
  on('releases', 'the archive, newest first')
    .argument('[query...]', 'only releases that match')
    .option('--limit <n>', 'how many', number, 20)
    .action(
      run((commands, terminal, query: string[], options: { limit: number }) =>
        commands.releases(query.join(' '), options, terminal),
      ),
    );

  on('latest', 'the newest releases')
    .argument('[query...]', 'only those that match')
    .option('--limit <n>', 'how many', number, 10)
    .action(
      run((commands, terminal, query: string[], options: { limit: number }) =>
        commands.releases(query.join(' '), options, terminal),
      ),
    );

  on('search', 'the releases that match a query, newest first, in pages')
    .argument('<query...>')
    .option('--limit <n>', 'how many', number, 20)
    .option('--cursor <id>', 'the id of the last release of the page before')
    .action(
      run((commands, terminal, query: string[], options: { limit: number; cursor?: string }) =>
        commands.search(query.join(' '), options, terminal),
      ),
    );

  on('preview', 'what a subscription to a query would have brought')
    .argument('<query...>')
    .option('--days <n>', 'how far back', number, 730)
    .action(
      run((commands, terminal, query: string[], options: { days: number }) =>
        commands.preview(query.join(' '), options, terminal),
      ),
    );

  on('why', 'clause by clause: why a release was alerted, or was not')
    .argument('<release>', 'its id, as in motir/2-2441')
    .option('--subscription <n>', 'only this one; else every subscription', number)
    .option('--query <query>', 'a query instead of a subscription')
    .action(
      run((commands, terminal, id: string, options: { subscription?: number; query?: string }) =>
        commands.why(id, options, terminal),
      ),
    );

  on('show', 'one release, whole, and what is related to it')
    .argument('<id>', 'its id, as in motir/2-2441')
    .action(run((commands, terminal, id: string) => commands.show(id, terminal)));

  on('topics', 'what can be asked for, and how many releases are about it')
    .argument('[list]', 'topics, countries or agencies', 'topics')
    .action(run((commands, terminal, list: string) => commands.topics(list, terminal)));

  on('feed', 'the addresses of the feed of a query: Atom, RSS and JSON; of no query the feed of everything')
    .argument('[query...]')
    .option('--subscription <n>', 'of the query of this one', number)
    .action(
      run((commands, terminal, query: string[], options: { subscription?: number }) =>
        commands.feed(query.join(' '), options, terminal),
      ),
    );
}
