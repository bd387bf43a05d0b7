import { readQuiet } from './quiet.ts';
import { readHour } from './when.ts';

/** How a destination wants what it gets. Each is absent where nobody has set it. */
export interface Settings {
  /** IANA zone of its digests, quiet hours and the times in its messages. */
  readonly zone?: string;
  /** Hours in which nothing that can wait is sent: "22:00-07:00"; null where there are to be none. */
  readonly quiet?: string | null;
  /** What a corrected release does to its message. */
  readonly corrections?: (typeof CORRECTIONS)[number];
  /** What becomes of a message of which nobody knows whether it arrived, where the platform cannot be asked. */
  readonly whenUnsure?: (typeof WHEN_UNSURE)[number];
  /** When a day's digest comes where nobody says so: "09:00". */
  readonly digestHour?: string;
}

export const CORRECTIONS = ['edit', 'edit+note', 'off'] as const;
export const WHEN_UNSURE = ['hold', 'resend'] as const;

/** Settings with everything filled in. */
export interface AllSettings extends Required<Omit<Settings, 'quiet'>> {
  readonly quiet: string | null;
}

/** What people change; null takes a setting back. */
export type SettingChanges = { readonly [Key in keyof Settings]: Settings[Key] | null };

/** Later ones win. */
export function mergeSettings(zone: string, ...written: readonly Settings[]): AllSettings {
  return Object.assign(
    { zone, quiet: null, corrections: 'edit', whenUnsure: 'hold', digestHour: '09:00' } satisfies AllSettings,
    ...written,
  );
}

/** Thrown for a setting that is none; says what to write. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

/** How each setting is named on command lines and in chats, and what to write. */
export const SETTINGS = {
  zone: { option: 'zone', expects: 'a time zone such as Asia/Seoul, or default' },
  quiet: { option: 'quiet', expects: 'hours such as 22:00-07:00, or off' },
  corrections: { option: 'corrections', expects: 'edit, edit+note or off' },
  whenUnsure: { option: 'when-unsure', expects: 'hold or resend' },
  digestHour: { option: 'digest-hour', expects: 'a time of day such as 09:00' },
} as const satisfies Readonly<Record<keyof Settings, { readonly option: string; readonly expects: string }>>;

/**
 * Reads settings as people write them, by the names of `SETTINGS`.
 * @throws {BadSetting}
 */
export function parseSettings(written: { readonly [Key in keyof Settings]?: string | undefined }): SettingChanges {
  const changes: Record<string, string | null> = {};
  for (const [key, text] of Object.entries(written)) {
    if (text === undefined) continue;
    const read = READERS[key as keyof Settings](text.trim());
    if (read === undefined) {
      const { option, expects } = SETTINGS[key as keyof Settings];
      throw new BadSetting(`"${text}" is nothing for --${option}: write ${expects}`);
    }
    changes[key] = read;
  }
  return changes as SettingChanges;
}

const oneOf =
  (known: readonly string[]) =>
  (text: string): string | undefined =>
    known.find(one => one === text.toLowerCase());

/** Each gives the setting, null where that is to be taken back, undefined for what is none. */
const READERS: Readonly<Record<keyof Settings, (text: string) => string | null | undefined>> = {
  zone: text => (text.toLowerCase() === 'default' ? null : readZone(text)),
  quiet: text => (text.toLowerCase() === 'off' ? null : (readQuiet(text) ?? undefined)),
  corrections: oneOf(CORRECTIONS),
  whenUnsure: oneOf(WHEN_UNSURE),
  digestHour: text => readHour(text) ?? undefined,
};

/** The zone as it is spelt; undefined for what is none. */
export function readZone(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
