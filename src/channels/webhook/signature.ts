import { Webhook } from 'standardwebhooks';

/** Signs a payload: the value of the header webhook-signature. @param seconds since 1970 UTC, as webhook-timestamp says */
export type Signer = (id: string, seconds: number, payload: string) => string;

/** How a secret begins in the form of the specification; anything else is taken as it is. */
const PREFIX = 'whsec_';

/**
 * A signer by the symmetric scheme of Standard Webhooks: HMAC-SHA256 over "id.timestamp.payload".
 * @param secret "whsec_" and base64, as the specification writes it, or any text, whose UTF-8 bytes are then the key. It
 * advises 24 to 64 bytes ("Signature scheme"); receivers that chose another length are served too
 * @throws {RangeError} where it is empty, or begins as the specification writes it and goes on otherwise; says what is
 * wrong, and nothing of the secret
 */
export function signerOf(secret: string): Signer {
  const webhook = new Webhook(keyOf(secret), { format: 'raw' });
  return (id, seconds, payload) => webhook.sign(id, new Date(seconds * 1000), payload);
}

function keyOf(secret: string): Uint8Array {
  if (secret === '') throw new RangeError('it is empty');
  if (!secret.startsWith(PREFIX)) return new TextEncoder().encode(secret);
  const written = secret.slice(PREFIX.length);
  const key = Buffer.from(written, 'base64');
  // Node reads past whatever is no base64: only what it would write itself was read whole.
  if (![key.toString('base64'), key.toString('base64').replace(/=+$/, '')].includes(written))
    throw new RangeError(`what follows ${PREFIX} is no base64`);
  if (key.length === 0) throw new RangeError(`nothing follows ${PREFIX}`);
  return key;
}
