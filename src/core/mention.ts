import type { Platform } from './destination.ts';

/** Whom an alert can call on each platform, as subscriptions write it. */
const MENTIONS: Readonly<Record<Platform, { readonly form: RegExp; readonly fix: string }>> = {
  slack: { form: /^(?:here|(?:user|group):.+)$/, fix: 'write user:U0123, group:S0123 or here' },
  discord: {
    form: /^(?:here|(?:user|role):\d+)$/,
    fix: 'write role:123456789012345678, user:123456789012345678 or here',
  },
  webhook: { form: /^$/, fix: 'leave it out: a webhook mentions nobody' },
  console: { form: /^$/, fix: 'leave it out: a console mentions nobody' },
};

/** What to write instead of a mention that calls nobody on a platform; null where it calls somebody. */
export function mentionFix(platform: Platform, who: string): string | null {
  const { form, fix } = MENTIONS[platform];
  return form.test(who) ? null : fix;
}
