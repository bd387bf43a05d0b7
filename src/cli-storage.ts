import type { Command } from 'commander';
import { declaring, runner } from './cli-run.ts';

type StorageCommands = typeof import('./app/storage-commands.ts');

/** The commands that deal with the database as a file. */
export function addStorage(program: Command): void {
  const on = declaring(program);
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

  on('verify', 'look through the database and its backups')
    .argument('[files...]', 'only these; default: the database, and whatever lies in backups/ beside it')
    .action(storage((commands, terminal, files: string[]) => commands.verify(files, terminal)));
}
