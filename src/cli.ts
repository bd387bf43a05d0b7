import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type ExitCode as Code, EXIT, Trouble } from './app/errors.ts';
import type { Terminal } from './app/terminal.ts';
import { VERSION } from './app/version.ts';

type Commands = typeof import('./app/commands.ts');
type SourceCommands = typeof import('./app/source-commands.ts');
type StorageCommands = typeof import('./app/storage-commands.ts');

// What stands after "--" is no option: "releases -- --json" looks for a word.
const words = process.argv.slice(2);
const wantsJson = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length).includes('--json');
const program = new Command('gwanbo')
  .description(
    'Watches where an institution publishes its releases, publishes Atom, and alerts chat channels by topic.',
  )
  .option('--json', 'one JSON object a line on stdout, errors as JSON on stderr')
  .version(VERSION)
  .addHelpText('after', examples)
  .exitOverride()
  // Errors are told below, all in the same form.
  .configureOutput({ writeErr: text => void (wantsJson || process.stderr.write(text)), outputError: () => {} });

const HELP = 'gwanbo --help lists the commands, gwanbo COMMAND --help what each takes';

/**
 * Makes commander actions that run one function of the app and make what it returns the exit code.
 * A command is loaded when it runs, so that each starts as fast as what it needs.
 */
function runner<All>(load: () => Promise<All>) {
  return <Args extends unknown[]>(action: (commands: All, terminal: Terminal, ...args: Args) => Promise<Code>) =>
    async (...args: unknown[]) => {
      const [commands, { openTerminal }] = await Promise.all([load(), import('./app/terminal.ts')]);
      const terminal = openTerminal(process.stdout, { json: wantsJson });
      process.exitCode = await action(commands, terminal, ...(args as Args));
    };
}

const run = runner<Commands>(() => import('./app/commands.ts'));

const KINDS = ['board', 'listing', 'feed', 'text'];
const SELECT = [
  '--select <part=css>',
  'kind listing: item=CSS, title=CSS, date=CSS, link=CSS and body=CSS, one each; CSS@name takes an attribute',
  (part: string, before: readonly string[]) => [...before, part],
  [] as readonly string[],
] as const;

const on = (name: string, summary: string) => program.command(name).description(summary);

on('start', 'watch, publish and alert until SIGTERM').action(run((commands, terminal) => commands.start(terminal)));

on('demo', 'a sample site on loopback publishes releases: watch them become alerts')
  .option('--every <duration>', 'time between two releases', '4s')
  .action(run((commands, terminal, options: { every: string }) => commands.demo(options, terminal)));

on('check', 'poll once now: asks a running bot to, else does it itself')
  .option('--source <id>', 'only this source')
  .action(run((commands, terminal, options: { source?: string }) => commands.check(options, terminal)));

on('read', 'parse files or URLs as a source would and store nothing: one line per input')
  .argument('<input...>', 'files, URLs, or - for stdin')
  .addOption(new Option('--kind <kind>', 'what the input is').choices(KINDS).makeOptionMandatory())
  .option('--zone <zone>', 'IANA zone of dates that name none', 'UTC')
  .option('--base <url>', 'URL against which relative links are resolved')
  .option(...SELECT)
  .action(
    run((commands, terminal, inputs: string[], options: Parameters<Commands['read']>[1]) =>
      commands.read(inputs, options, terminal),
    ),
  );

on('import', 'put a text listing or a feed file into the archive')
  .argument('<file>', 'a file, or - for stdin')
  .requiredOption('--source <id>', 'the source that the releases belong to')
  .option('--alert', 'alert the new ones, as a poll would')
  .action(
    run((commands, terminal, file: string, options: { source: string; alert?: boolean }) =>
      commands.importFile(file, options, terminal),
    ),
  );

on('backfill', 'fill the archive back to a day, without alerts; running it again resumes it')
  .requiredOption('--source <id>', 'the source to read page by page')
  .requiredOption('--from <date>', 'how far back, YYYY-MM-DD')
  .action(run((commands, terminal, options: { source: string; from: string }) => commands.backfill(options, terminal)));

on(
  'facets',
  'what releases are about: {title, body, date} as JSON on stdin, one a line, facets as JSON on stdout',
).action(run((commands, terminal) => commands.facets(terminal)));

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

on('follow', 'make a subscription')
  .argument('<query...>')
  .requiredOption('--to <destination>', 'slack:CHANNEL, discord:CHANNEL, webhook:URL or console')
  .addOption(
    new Option('--style <style>', 'how much an alert shows').choices(['card', 'compact', 'full']).default('card'),
  )
  .option('--mention <who>', 'whom an alert mentions: role:ID, user:ID, group:ID or here; once for each', gather)
  .option('--when <when>', 'now, hourly, daily 09:00 or weekly mon 09:00, in the zone of the channel; default: now')
  .option('--urgent', 'passes the quiet hours of the channel')
  .option('--backfill <n>', 'alert the latest matches at once, 0 to 10', number, 0)
  .action(
    run((commands, terminal, query: string[], options: Parameters<Commands['follow']>[1]) =>
      commands.follow(query.join(' '), options, terminal),
    ),
  );

on('edit', 'change a subscription; its number and history stay')
  .argument('<n>', 'its number', number)
  .option('--query <query>', 'what it asks for')
  .option('--when <when>', 'now, hourly, daily 09:00 or weekly mon 09:00')
  .option('--urgent', 'passes the quiet hours of the channel')
  .option('--no-urgent', 'waits for their end')
  .addOption(new Option('--style <style>', 'how much an alert shows').choices(['card', 'compact', 'full']))
  .option('--mention <who>', 'whom an alert mentions, instead of those before; once for each', gather)
  .action(
    run((commands, terminal, id: number, changes: Parameters<Commands['edit']>[1]) =>
      commands.edit(id, changes, terminal),
    ),
  );

on('settings', 'how a channel gets its alerts: shows the settings, or changes them')
  .argument('<destination>', 'slack:CHANNEL, discord:CHANNEL or console')
  .option('--zone <zone>', 'time zone of its digests, quiet hours and times; default: that of the first source')
  .option('--quiet <hours>', 'hours in which only urgent alerts come, such as 22:00-07:00, or off')
  .option('--corrections <how>', 'edit, edit+note or off: what a corrected release does to its message')
  .option('--when-unsure <what>', 'hold or resend, where it cannot be found out whether a message arrived')
  .option('--digest-hour <time>', 'when a digest comes for which no time is written')
  .action(
    run((commands, terminal, to: string, typed: Parameters<Commands['settings']>[1]) =>
      commands.settings(to, typed, terminal),
    ),
  );

on('unfollow', 'remove a subscription')
  .argument('<n>', 'its number, or all')
  .action(run((commands, terminal, target: string) => commands.unfollow(target, terminal)));

on('list', 'the subscriptions').action(run((commands, terminal) => commands.list(terminal)));

on('pause', 'stop the alerts of a subscription')
  .argument('<n>', 'its number', number)
  .action(run((commands, terminal, id: number) => commands.setState(id, 'paused', terminal)));

on('resume', 'let a paused or suspended subscription go on')
  .argument('<n>', 'its number', number)
  .action(run((commands, terminal, id: number) => commands.setState(id, 'active', terminal)));

on('deliveries', 'messages owed and sent, newest first')
  .addOption(
    new Option('--state <state>', 'only these').choices([
      'queued',
      'sending',
      'waiting',
      'unsure',
      'held',
      'sent',
      'dead',
    ]),
  )
  .option('--limit <n>', 'how many', number, 50)
  .action(
    run((commands, terminal, options: Parameters<Commands['deliveries']>[0]) => commands.deliveries(options, terminal)),
  );

on('release-held', 'send what is held: a delivery, or all that an incident holds')
  .argument('<id>', 'number of a delivery, or name of an incident (i7)')
  .option('--drop', 'never send it instead')
  .action(
    run((commands, terminal, name: string, options: { drop?: boolean }) =>
      commands.releaseHeld(name, options, terminal),
    ),
  );

const source = on('source', 'the sources: ready ones, configured ones, and what an address would bring');
const sources = runner<SourceCommands>(() => import('./app/source-commands.ts'));

source
  .command('presets')
  .description('the ready sources')
  .action(sources((commands, terminal) => commands.presets(terminal)));

source
  .command('list')
  .description('the sources, configured or added in chat, and how they are')
  .action(sources((commands, terminal) => commands.list(terminal)));

source
  .command('try')
  .description('read a source once and show what it brings and what is missing; stores nothing')
  .argument('<source>', 'a configured source, a preset, a URL or a file')
  .addOption(new Option('--kind <kind>', 'what it is; default: what it looks like').choices(KINDS))
  .option('--zone <zone>', 'IANA zone of dates that name none')
  .option(...SELECT)
  .action(
    sources((commands, terminal, target: string, options: Parameters<SourceCommands['tryOne']>[1]) =>
      commands.tryOne(target, options, terminal),
    ),
  );

source
  .command('add')
  .description('write a source into the configuration file')
  .argument('<source>', 'a preset, or the URL of a listing or feed')
  .option('--id <id>', "its id; default: the preset's name, or the host's")
  .addOption(new Option('--kind <kind>', 'what it is; default: what it looks like').choices(KINDS))
  .option('--zone <zone>', 'IANA zone of dates that name none')
  .option(...SELECT)
  .action(
    sources((commands, terminal, target: string, options: Parameters<SourceCommands['add']>[1]) =>
      commands.add(target, options, terminal),
    ),
  );

source
  .command('remove')
  .description('take a source out of the configuration file, or what was added in chat; its releases stay')
  .argument('<id>', 'its id')
  .action(sources((commands, terminal, id: string) => commands.remove(id, terminal)));

const storage = runner<StorageCommands>(() => import('./app/storage-commands.ts'));

on('backup', 'copy the database, beside a running bot too; the copy is checked')
  .argument('[file]', 'where to; default: with the daily ones, in backups/ beside the database')
  .action(storage((commands, terminal, file?: string) => commands.backup(file, terminal)));

on('restore', 'put a backup in the place of the database; what was there is kept beside it')
  .argument('[file]', 'the backup; default: the newest of the daily ones')
  .action(storage((commands, terminal, file?: string) => commands.restore(file, terminal)));

on('migrate', 'bring the schema of the database up to date, as start does').action(
  storage((commands, terminal) => commands.migrate(terminal)),
);

on('verify', 'look through the database and its backups').action(
  storage((commands, terminal) => commands.verify(terminal)),
);

on('audit', 'whether what is listed was recorded, and what was recorded delivered').action(
  run((commands, terminal) => commands.audit(terminal)),
);

on('test', 'send the latest match of a subscription where it goes, marked as a test')
  .argument('<n>', 'its number', number)
  .action(run((commands, terminal, id: number) => commands.test(id, terminal)));

on('replay', 'send what of the archive matches a query to a channel, each release that it was never sent')
  .argument('<query...>')
  .requiredOption('--from <date>', 'the first day, YYYY-MM-DD')
  .requiredOption('--to <date>', 'the last day, YYYY-MM-DD')
  .requiredOption('--dest <destination>', 'slack:CHANNEL, discord:CHANNEL, webhook:URL, or console to print them')
  .option('--yes', 'also where they are more than 20')
  .action(
    run((commands, terminal, query: string[], options: Parameters<Commands['replay']>[1]) =>
      commands.replay(query.join(' '), options, terminal),
    ),
  );

on('purge', 'forget what old messages said, as operations.retention says; a running bot does so once a day').action(
  run((commands, terminal) => commands.purge(terminal)),
);

on('status', 'how sources, channels and deliveries are').action(run((commands, terminal) => commands.status(terminal)));

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

function gather(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}

function examples(): string {
  return `
Examples:
Examples:
  gwanbo start                          watch, publish and alert; without tokens
                                        it prints the alerts it would send
  gwanbo follow topic:steel country:ca --to console
                                        alerts from now on
  gwanbo preview topic:steel country:ca what that would have brought, by month
  gwanbo search '"supply chain" -AI'    looks into the archive
  gwanbo search -- -steel               "--" ends the options, so that a query
                                        may begin with a dash
  gwanbo why motir/2-2441 --query topic:steel
                                        clause by clause, with the words
  gwanbo source try https://www.iso.org/news.html
                                        what that page would bring as a source

Exit codes: 0 ok, 1 failure, 2 usage, 3 locked by another process, 4 storage,
5 config, 6 source unhealthy, 7 channel.`;
}

// A reader that closes early ("| head") is no error of ours; what runs until it is stopped ends in good order.
let heard = true;
process.stdout.on('error', error => {
  if ('code' in error && error.code !== 'EPIPE' && heard) throw error;
  if (heard && !process.emit('SIGTERM')) process.exit(EXIT.ok);
  heard = false;
});

try {
  await program.parseAsync();
} catch (error) {
  // Help and version end by an error that is none; without any command the help has just been shown on stderr.
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = EXIT.ok;
  else if (error instanceof CommanderError && error.code === 'commander.help' && !wantsJson)
    process.exitCode = EXIT.usage;
  else {
    const { complain } = await import('./app/complain.ts');
    process.exitCode = complain(error instanceof CommanderError ? troubleOf(error) : error, {
      json: wantsJson,
      stream: process.stderr,
    });
  }
}

/** Words that are no command, as the rest of the program tells of trouble: what is wrong, and what to do. */
function troubleOf({ code, message }: { readonly code: string; readonly message: string }): Error {
  if (code === 'commander.help') return new Trouble('usage', 'no command is given', { fix: HELP });
  const [what = message, ...more] = message.replace(/^error: /, '').split('\n');
  const near = /Did you mean (.+)\?/.exec(more.join(' '))?.[1];
  if (near !== undefined) return new Trouble('usage', what, { fix: `did you mean ${near}?` });
  return new Trouble('usage', what, {
    fix: code === 'commander.unknownOption' ? `${HELP}; "--" stands before a query that begins with a dash` : HELP,
  });
}
