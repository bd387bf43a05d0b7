import type { Fault, Reading } from '../ports/source.ts';

export type Unhealthy = Extract<Reading, { is: 'unhealthy' }>;

export function unhealthy(fault: Fault, reason: string, retryAfter: number | null = null): Unhealthy {
  return { is: 'unhealthy', fault, reason, retryAfter };
}
