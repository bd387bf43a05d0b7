/** How a destination wants what it gets. Each is absent where nobody has set it. */
export interface Settings {
  /** IANA zone of its digests, quiet hours and the times in its messages. */
  readonly zone?: string;
  /** Hours in which nothing that can wait is sent: "22:00-07:00". */
  readonly quiet?: string;
  /** What a corrected release does to its message. */
  readonly corrections?: 'edit' | 'edit+note' | 'off';
  /** What becomes of a message of which nobody knows whether it arrived, where the platform cannot be asked. */
  readonly whenUnsure?: 'hold' | 'resend';
  /** When a day's digest comes where nobody says so: "09:00". */
  readonly digestHour?: string;
}

/** Settings with everything filled in. */
export interface AllSettings extends Required<Omit<Settings, 'quiet'>> {
  readonly quiet: string | null;
}

/** Later ones win. */
export function mergeSettings(zone: string, ...written: readonly Settings[]): AllSettings {
  return Object.assign(
    { zone, quiet: null, corrections: 'edit', whenUnsure: 'hold', digestHour: '09:00' } satisfies AllSettings,
    ...written,
  );
}
