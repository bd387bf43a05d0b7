import { Command, CommanderError } from 'commander';
import { EXIT, Trouble } from './app/errors.ts';
import { VERSION } from './app/version.ts';
import { addArchive } from './cli-archive.ts';
import { addOperations } from './cli-operations.ts';
import { addReading } from './cli-reading.ts';
import { declaring, run, wantsJson } from './cli-run.ts';
import { addSources } from './cli-sources.ts';
import { addStorage } from './cli-storage.ts';
import { addSubscriptions } from './cli-subscriptions.ts';

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

const on = declaring(program);

on('start', 'watch, publish and alert until SIGTERM').action(run((commands, terminal) => commands.start(terminal)));

on('demo', 'a sample site on loopback publishes releases: watch them become alerts')
  .option('--every <duration>', 'time between two releases', '4s')
  .action(run((commands, terminal, options: { every: string }) => commands.demo(options, terminal)));

addReading(program);
addArchive(program);
addSubscriptions(program);
addSources(program);
addStorage(program);

addOperations(program);

function examples(): string {
  return `
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
