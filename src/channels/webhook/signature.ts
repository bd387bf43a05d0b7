import { Webhook } from 'standardwebhooks';

/** Signs a payload: the value of the header webhook-signature. @param seconds since 1970 UTC, as webhook-timestamp says */
export type Signer = (id: string, seconds: number, payload: string) => string;

/** The form of a secret in the specification; anything else is taken as it is. */
const WRITTEN = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

/**
 * A signer by the symmetric scheme of Standard Webhooks: HMAC-SHA256 over "id.timestamp.payload".
 * @param secret "whsec_" and base64, as the specification writes it, or any text, whose UTF-8 bytes are then the key
 * @throws {RangeError} where it is empty, or begins as the specification writes it and is no base64
 */
export function signerOf(secret: string): Signer {
  const webhook = openWebhook(secret);
  return (id, seconds, payload) => webhook.sign(id, new Date(seconds * 1000), payload);
}

function openWebhook(secret: string): Webhook {
  try {
    if (WRITTEN.test(secret)) return new Webhook(secret);
    if (secret !== '' && !secret.startsWith('whsec_'))
      return new Webhook(new TextEncoder().encode(secret), { format: 'raw' });
  } catch {
    // What it says may hold the secret.
  }
  throw new RangeError('this is no signing secret');
}
