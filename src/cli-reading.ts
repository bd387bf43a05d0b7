import { type Command, Option } from 'commander';
import { declaring, KINDS, run, SELECT } from './cli-run.ts';

type Commands = typeof import('./app/commands.ts');

/** The commands that read sources, files and texts. */
export function addReading(program: Command): void {
  const on = declaring(program);
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
    .action(
      run((commands, terminal, options: { source: string; from: string }) => commands.backfill(options, terminal)),
    );

  on(
    'facets',
    'what releases are about: {title, body, date} as JSON on stdin, one a line, facets as JSON on stdout',
  ).action(run((commands, terminal) => commands.facets(terminal)));
}
