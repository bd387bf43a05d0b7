import { openInProcess } from '../../src/dispatch/in-process.ts';
import { dispatcherContract } from '../contracts/dispatcher.ts';
import { silentLog } from '../support/silent-log.ts';

dispatcherContract('in-process', () => openInProcess({ now: () => Temporal.Now.instant(), log: silentLog() }));
