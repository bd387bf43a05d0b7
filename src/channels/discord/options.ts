import { LISTS } from '../../core/command.ts';
import { LONGEST_TARGET } from '../../core/command-source.ts';
import { QUERY_LIMIT } from '../../core/command-words.ts';
import { CORRECTIONS, SETTINGS, WHEN_UNSURE } from '../../core/settings.ts';
import { MOST_BACKFILL, STYLES } from '../../core/subscription.ts';
import { WHEN_EXAMPLES } from '../../core/when.ts';

/** Numbers of Discord's command API ("Application Commands", "Channel Types"). */
export const OPTION = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  channel: 7,
  mentionable: 9,
} as const;
/** What can be picked as a target; media channels (16) are none to the published API schema, and are named in the configuration. */
const CHANNEL = {
  text: 0,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  forum: 15,
} as const;

export const query = {
  type: OPTION.string,
  name: 'query',
  ...describe('What to watch for, as in: topic:steel country:ca', '찾을 내용, 예: topic:steel country:ca'),
  required: true,
  max_length: QUERY_LIMIT,
};
export const channel = {
  type: OPTION.channel,
  name: 'channel',
  ...describe('Where the alerts go; this channel if left out', '알림을 보낼 채널 (비우면 이 채널)'),
  channel_types: Object.values(CHANNEL),
};
export const style = {
  type: OPTION.string,
  name: 'style',
  ...describe('How much an alert shows', '알림에 표시할 양'),
  choices: STYLES.map(name => ({ name, name_localizations: { ko: koreanStyle(name) }, value: name })),
};
export const mention = {
  type: OPTION.mentionable,
  name: 'mention',
  ...describe('Role or person to notify with each alert', '알림마다 호출할 역할 또는 사람'),
};
export const number = {
  type: OPTION.integer,
  name: 'number',
  ...describe('Its number, as list shows it', '목록에 보이는 번호'),
  required: true,
  min_value: 1,
};
export const asked = {
  ...query,
  ...describe('What to look for, as in: topic:steel country:ca', '찾을 내용, 예: topic:steel country:ca'),
};
export const days = {
  type: OPTION.integer,
  name: 'days',
  ...describe('How many days back; 730 if left out', '며칠 전까지 (비우면 730일)'),
  min_value: 1,
  max_value: 36_525,
};
export const release = {
  type: OPTION.string,
  name: 'release',
  ...describe('Its id, as latest and search show it', 'latest와 search에 보이는 보도자료 번호'),
  required: true,
  max_length: 160,
};
export const source = {
  type: OPTION.string,
  name: 'source',
  ...describe('Name of a preset, or the https address of a feed', '프리셋 이름 또는 피드의 https 주소'),
  required: true,
  max_length: LONGEST_TARGET,
};
export const id = {
  type: OPTION.string,
  name: 'id',
  ...describe('Its id, as source list shows it', 'source list에 보이는 id'),
  required: true,
  max_length: 40,
};
export const target = {
  type: OPTION.string,
  name: 'number',
  ...describe('Its number, as list shows it, or all', '목록에 보이는 번호 또는 all'),
  required: true,
  max_length: 20,
};
export const when = {
  type: OPTION.string,
  name: 'when',
  ...describe(`When alerts come: ${WHEN_EXAMPLES}`, '알림을 받을 때: now, hourly, daily 09:00, weekly mon 09:00'),
  max_length: 40,
};
export const pauseFor = {
  type: OPTION.string,
  name: 'for',
  ...describe('Then it goes on by itself: 30m, 12h, 3d, 2w', '다시 시작할 때까지의 시간: 30m, 12h, 3d, 2w'),
  max_length: 20,
};
export const urgent = {
  type: OPTION.boolean,
  name: 'urgent',
  ...describe('Whether they pass the quiet hours of the channel', '방해 금지 시간에도 보낼지'),
};
export const backfill = {
  type: OPTION.integer,
  name: 'backfill',
  ...describe('How many of the latest matches to send at once', '바로 보낼 최근 보도자료 수'),
  min_value: 0,
  max_value: MOST_BACKFILL,
};
export const list = {
  type: OPTION.string,
  name: 'list',
  ...describe('What to list; topics if left out', '보여 줄 목록 (비우면 topics)'),
  choices: LISTS.map(name => ({ name, name_localizations: { ko: koreanList(name) }, value: name })),
};

/** Each setting of a channel, under the name it has on every platform. */
export const settings = [
  setting('zone', 'Time zone such as Asia/Seoul, or default', '시간대, 예: Asia/Seoul (default는 기본값)'),
  setting(
    'quiet',
    'Hours for urgent alerts only, such as 22:00-07:00, or off',
    '긴급 알림만 받는 시간, 예: 22:00-07:00, off',
  ),
  {
    ...setting('corrections', 'What a corrected release does to its message', '정정된 보도자료의 메시지 처리'),
    choices: choices(CORRECTIONS),
  },
  {
    ...setting('whenUnsure', 'Where nobody can know whether a message arrived', '도착 여부를 알 수 없는 메시지 처리'),
    choices: choices(WHEN_UNSURE),
  },
  setting('digestHour', 'When a digest comes for which no time is written', '시각을 쓰지 않은 모음 알림의 시각'),
];

function setting(key: keyof typeof SETTINGS, english: string, korean: string) {
  return { type: OPTION.string, name: SETTINGS[key].option, ...describe(english, korean), max_length: 60 };
}

function choices(values: readonly string[]) {
  return values.map(value => ({ name: value, value }));
}

/** A description in both languages of the product. */
export function describe(english: string, korean: string) {
  return { description: english, description_localizations: { 'en-US': english, ko: korean } };
}

function koreanStyle(name: (typeof STYLES)[number]): string {
  return { card: '카드', compact: '간략히', full: '전문' }[name];
}

function koreanList(name: (typeof LISTS)[number]): string {
  return { topics: '주제', countries: '국가', agencies: '기관' }[name];
}
