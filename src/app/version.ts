import { readFileSync } from 'node:fs';

/** The version of package.json, which stands two folders above in the clone and in the package alike. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
