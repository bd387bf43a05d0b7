import { type Command, Option } from 'commander';
import { declaring, KINDS, runner, SELECT } from './cli-run.ts';

type SourceCommands = typeof import('./app/source-commands.ts');

/** The commands that edit the list of sources. */
export function addSources(program: Command): void {
  const on = declaring(program);
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
}
