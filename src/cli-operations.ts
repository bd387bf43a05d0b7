import type { Command } from 'commander';
import { declaring, number, run } from './cli-run.ts';

type Commands = typeof import('./app/commands.ts');

/** The commands of whoever runs the bot: how it is, and what it looks after. */
export function addOperations(program: Command): void {
  const on = declaring(program);
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

  on('status', 'how sources, channels and deliveries are').action(
    run((commands, terminal) => commands.status(terminal)),
  );
}
