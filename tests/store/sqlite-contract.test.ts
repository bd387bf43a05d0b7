import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/open-store.ts';
import { storeContract } from '../contracts/store.ts';
import { T0 } from '../support/store-samples.ts';

storeContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gwanbo-store-'));
  return {
    open: () => openStore(`sqlite:${join(folder, 'gwanbo.db')}`, { authority: 'notes.example', now: T0 }),
    clear: async () => rmSync(folder, { recursive: true }),
  };
});
