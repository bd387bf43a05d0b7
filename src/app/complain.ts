import { BadDestination } from '../core/destination.ts';
import { QueryError } from '../core/query.ts';
import { Locked, StorageError } from '../store/errors.ts';
import { ConfigError, printPlace } from './config-errors.ts';
import { type Complaint, EXIT, type ExitCode, Trouble } from './errors.ts';
import { hang } from './layout.ts';
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
  const unlistened = listenComplaint(error);
  if (unlistened !== null) return [unlistened];
  return [{ code: 'failure', message: error instanceof Error ? error.message : String(error), fix: null, at: null }];
}

/** Why an address cannot be listened at, by the code of the system. */
const LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be used by this user',
  ENOTFOUND: 'is no host that this machine knows',
  EAI_AGAIN: 'is no host that can be looked up now',
};

/** What of a failed listen() a person has to know; null for any other error. */
function listenComplaint(error: unknown): Complaint | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') return null;
  const why = LISTEN[String(error.code)];
  if (why === undefined) return null;
  const { address, hostname, port } = error as { address?: string; hostname?: string; port?: number };
  const host = address ?? hostname ?? 'the address';
  return {
    code: 'failure',
    message: `${port === undefined ? host : `${host}:${port}`} ${why}`,
    fix: 'choose another one with GWANBO_HOST and GWANBO_PORT (0 takes any free port)',
    at: null,
  };
}

/**
 * Tells of an error on stderr and gives the exit code: for programs a JSON line for each complaint, for people what is
 * wrong and below it what to do. Secrets do not get out this way either.
 */
export function complain(
  error: unknown,
  to: { readonly json: boolean; readonly stream: { write(text: string): unknown; readonly columns?: number } },
): ExitCode {
  const complaints = complaintsOf(error);
  // What is not a terminal has no width: there a line stays a line, as the tools that read it want it.
  const columns = to.stream.columns || Number.POSITIVE_INFINITY;
  for (const complaint of complaints) {
    const { code, message, fix, at } = complaint;
    const text = to.json ? JSON.stringify({ error: { code, message, fix, at } }) : page(complaint, columns);
    to.stream.write(`${hideSecrets(text)}\n`);
  }
  return EXIT[complaints[0]?.code ?? 'failure'];
}

function page({ message, fix, at }: Complaint, columns: number): string {
  const place = at === null || message.includes(at) ? '' : `${at}: `;
  return [...hang(place, message, columns, 2), ...(fix === null ? [] : hang('  ', fix, columns))].join('\n');
}

function fixOf({ suggestions }: QueryError): string | null {
  return suggestions.length === 0 ? 'docs/queries.md shows the language' : `write ${suggestions.join(' or ')}`;
}
