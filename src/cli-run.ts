import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode as Code } from './app/errors.ts';
import type { Terminal } from './app/terminal.ts';

/** What the commands are declared with. A group of them is one file; each gets the program and adds its own. */

// What stands after "--" is no option: "releases -- --json" looks for a word.
const words = process.argv.slice(2);
export const wantsJson = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length).includes('--json');

/**
 * Makes commander actions that run one function of the app and make what it returns the exit code.
 * A command is loaded when it runs, so that each starts as fast as what it needs.
 */
export function runner<All>(load: () => Promise<All>) {
  return <Args extends unknown[]>(action: (commands: All, terminal: Terminal, ...args: Args) => Promise<Code>) =>
    async (...args: unknown[]) => {
      const [commands, { openTerminal }] = await Promise.all([load(), import('./app/terminal.ts')]);
      const terminal = openTerminal(process.stdout, { json: wantsJson });
      process.exitCode = await action(commands, terminal, ...(args as Args));
    };
}

export const run = runner<typeof import('./app/commands.ts')>(() => import('./app/commands.ts'));

/** Declares a command of a program. */
export const declaring = (program: Command) => (name: string, summary: string) =>
  program.command(name).description(summary);

/** Kinds of sources that a file or an address may be read as. */
export const KINDS = ['board', 'listing', 'feed', 'text'];
export const SELECT = [
  '--select <part=css>',
  'kind listing: item=CSS, title=CSS, date=CSS, link=CSS and body=CSS, one each; CSS@name takes an attribute',
  (part: string, before: readonly string[]) => [...before, part],
  [] as readonly string[],
] as const;

/** Reads a number of an option. */
export function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** Collects an option that may be given more than once. */
export function gather(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}
