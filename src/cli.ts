import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type ExitCode as Code, EXIT, Trouble } from './app/errors.ts';
import type { Terminal } from './app/terminal.ts';
import { VERSION } from './app/version.ts';

type Commands = typeof import('./app/commands.ts');

const wantsJson = process.argv.includes('--json');
const program = new Command('gwanbo')
  .description(
    'Watches where an institution publishes its releases, publishes Atom, and alerts chat channels by topic.',
  )
  .option('--json', 'one JSON object a line on stdout, errors as JSON on stderr')
  .version(VERSION)
  .addHelpText('after', examples)
  .exitOverride()
  .configureOutput({ writeErr: text => void (wantsJson || process.stderr.write(text)) });

/** Commands are loaded when one runs, so that help and version cost nothing but themselves. */
const load = () => Promise.all([import('./app/commands.ts'), import('./app/terminal.ts')]);

/** A commander action that runs one function of the app and makes what it returns the exit code. */
function run<Args extends unknown[]>(action: (commands: Commands, terminal: Terminal, ...args: Args) => Promise<Code>) {
  return async (...args: unknown[]) => {
    const [commands, { openTerminal }] = await load();
    process.exitCode = await action(commands, openTerminal(process.stdout, { json: wantsJson }), ...(args as Args));
  };
}

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
  .addOption(new Option('--kind <kind>', 'what the input is').choices(['board', 'feed', 'text']).makeOptionMandatory())
  .option('--zone <zone>', 'IANA zone of dates that name none', 'UTC')
  .option('--base <url>', 'URL against which relative links are resolved')
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

on('releases', 'the archive, newest first')
  .argument('[query...]', 'only releases that match')
  .option('--limit <n>', 'how many', number, 20)
  .action(
    run((commands, terminal, query: string[], options: { limit: number }) =>
      commands.releases(query.join(' '), options, terminal),
    ),
  );

on('show', 'one release, whole')
  .argument('<id>', 'its id, as in motir/2-2441')
  .action(run((commands, terminal, id: string) => commands.show(id, terminal)));

on('follow', 'make a subscription')
  .argument('<query...>')
  .requiredOption('--to <destination>', 'slack:CHANNEL, discord:CHANNEL or console')
  .addOption(
    new Option('--style <style>', 'how much an alert shows').choices(['card', 'compact', 'full']).default('card'),
  )
  .option('--mention <who...>', 'whom an alert mentions: role:ID, user:ID, group:ID or here')
  .option('--backfill <n>', 'alert the latest matches at once, 0 to 10', number, 0)
  .action(
    run((commands, terminal, query: string[], options: Parameters<Commands['follow']>[1]) =>
      commands.follow(query.join(' '), options, terminal),
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

on('status', 'how sources, channels and deliveries are').action(run((commands, terminal) => commands.status(terminal)));

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no whole number.');
  return Number(text);
}

function examples(): string {
  return `
Examples:
  gwanbo start                                          runs on config/gwanbo.yaml; without tokens it prints what it would send
  gwanbo follow 'topic:steel country:ca' --to console   alerts from now on
  gwanbo releases '"supply chain" -AI' --limit 5        looks into the archive
  gwanbo releases -- -steel                             -- ends the options, so that a query may begin with a dash

Exit codes: 0 ok, 1 failure, 2 usage, 3 locked by another process, 4 storage, 5 config, 6 source unhealthy, 7 channel.`;
}

// A reader that closes early ("| head") is no error of ours.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // Help and version end by an error that is none; wrong words have been answered with the usage, except with --json.
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = EXIT.ok;
  else if (error instanceof CommanderError && !wantsJson) process.exitCode = EXIT.usage;
  else {
    const { complain } = await import('./app/complain.ts');
    process.exitCode = complain(error instanceof CommanderError ? asTrouble(error) : error, {
      json: wantsJson,
      stream: process.stderr,
    });
  }
}

function asTrouble(error: Error): Error {
  return new Trouble('usage', error.message.replace(/^error: /, ''), { fix: 'gwanbo --help lists the commands' });
}
