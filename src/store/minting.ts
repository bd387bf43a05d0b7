import type { Digest } from '../core/identity.ts';

/** What the key of a delivery is made with. */
export interface Minting {
  readonly installation: string;
  readonly digest: Digest;
}

/** What people call an incident. */
export const nameOf = (id: number): string => `i${id}`;

/** The number of "i7"; -1, which nothing has, for any other text. */
export const numberOf = (name: string): number => Number(/^i(\d{1,15})$/.exec(name)?.[1] ?? -1);
