import { parseDestination } from '../core/destination.ts';
import { type AllSettings, BadSetting, parseSettings, SETTINGS, type Settings } from '../core/settings.ts';
import type { Store } from '../ports/store.ts';
import type { Clock } from './clock.ts';
import { Trouble } from './errors.ts';

/** Settings as they were typed, by name. */
export type Typed = { readonly [Key in keyof Settings]?: string | undefined };

/** The settings of a channel: the JSON line of `gwanbo settings`. */
export interface ChannelSettings extends AllSettings {
  readonly destination: string;
  /** Those that the configuration file rules. */
  readonly config: readonly (keyof Settings)[];
}

/**
 * Changes settings of a destination, where any are typed.
 * @returns all of them as they are then
 * @throws {BadDestination} @throws {Trouble} for a setting that is none, or that stands in the configuration file
 */
export async function changeSettings(
  to: string,
  typed: Typed,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<ChannelSettings> {
  const { id: destination } = parseDestination(to);
  const changes = read(typed);
  const { config } = await store.settings(destination);
  for (const key of Object.keys(changes) as (keyof Settings)[])
    if (config[key] !== undefined)
      throw new Trouble('usage', `${SETTINGS[key].option} of ${destination} stands in the configuration file`, {
        fix: 'change it there, under destinations',
      });
  if (Object.keys(changes).length > 0) await store.saveSettings(destination, changes, clock.now().toString());
  const { all } = await store.settings(destination);
  return { destination, ...all, config: Object.keys(config) as (keyof Settings)[] };
}

function read(typed: Typed) {
  try {
    return parseSettings(typed);
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error;
    const [what = '', fix = ''] = error.message.split(/: (?=write )/);
    throw new Trouble('usage', what, { fix });
  }
}

/** The settings of a channel, one a line, for people. */
export function settingsLines({ zone, quiet, corrections, whenUnsure, digestHour, config }: ChannelSettings): string[] {
  const lines: readonly (readonly [keyof Settings, string])[] = [
    ['zone', zone],
    ['quiet', quiet === null ? 'off: alerts come at any hour' : `${quiet}: only what is urgent comes then`],
    ['corrections', CORRECTING[corrections]],
    ['whenUnsure', `${whenUnsure}, where it cannot be found out whether a message arrived`],
    ['digestHour', digestHour],
  ];
  return lines.map(([key, text]) => {
    const where = config.includes(key) ? ' (in the configuration file)' : '';
    return `${SETTINGS[key].option.padEnd(12)} ${text}${where}`;
  });
}

const CORRECTING: Readonly<Record<AllSettings['corrections'], string>> = {
  edit: 'edit: a corrected release changes its message',
  'edit+note': 'edit+note: and a reply says word by word what title, number, date or name changed',
  off: 'off: messages stay as they were posted',
};
