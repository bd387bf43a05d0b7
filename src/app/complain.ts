import { BadDestination } from '../core/destination.ts';
import { QueryError } from '../core/query.ts';
import { Locked, StorageError } from '../store/errors.ts';
import { ConfigError, printPlace } from './config-errors.ts';
import { type Complaint, EXIT, type ExitCode, Trouble } from './errors.ts';
import { hideSecrets } from './secrets.ts';
import { BadTable } from './vocabulary-table.ts';

/** What of an error a person has to know, sorted once; a config has one complaint for each fault. */
function complaintsOf(error: unknown): readonly Complaint[] {
  if (error instanceof Trouble) return [error];
  if (error instanceof QueryError)
    return [{ code: 'usage', message: error.message, fix: fixOf(error), at: `column ${error.at + 1} of the query` }];
  if (error instanceof BadTable) return [{ code: 'config', message: error.message, fix: null, at: null }];
  if (error instanceof BadDestination) return [{ code: 'usage', message: error.message, fix: null, at: null }];
  if (error instanceof ConfigError)
    return error.faults.map(fault => ({
      code: 'config',
      message: fault.key ? `${fault.key}: ${fault.message}` : fault.message,
      fix: fault.fix,
      at: printPlace(fault),
    }));
  if (error instanceof Locked)
    return [
      {
        code: 'locked',
        message: error.message,
        fix: 'stop that one first, or name another database in DATABASE_URL',
        at: error.at,
      },
    ];
  if (error instanceof StorageError) return [{ code: 'storage', message: error.message, fix: error.fix, at: error.at }];
  const system = error as NodeJS.ErrnoException;
  if (system?.code === 'EADDRINUSE' || system?.code === 'EACCES' || system?.code === 'EADDRNOTAVAIL')
    return [
      {
        code: 'failure',
        message: system.message,
        fix: 'choose another address with GWANBO_HOST and GWANBO_PORT (0 takes any free port)',
        at: null,
      },
    ];
  return [{ code: 'failure', message: error instanceof Error ? error.message : String(error), fix: null, at: null }];
}

/** Tells of an error on stderr, one line a complaint, and gives the exit code. Secrets do not get out this way either. */
export function complain(
  error: unknown,
  to: { readonly json: boolean; readonly stream: { write(text: string): unknown } },
): ExitCode {
  const complaints = complaintsOf(error);
  for (const { code, message, fix, at } of complaints) {
    const text = to.json
      ? JSON.stringify({ error: { code, message, fix, at } })
      : [at === null || message.includes(at) ? null : `${at}: `, message, fix === null ? null : `\n  ${fix}`]
          .filter(part => part !== null)
          .join('');
    to.stream.write(`${hideSecrets(text)}\n`);
  }
  return EXIT[complaints[0]?.code ?? 'failure'];
}

function fixOf({ suggestions }: QueryError): string | null {
  return suggestions.length === 0 ? 'docs/queries.md shows the language' : `write ${suggestions.join(' or ')}`;
}
