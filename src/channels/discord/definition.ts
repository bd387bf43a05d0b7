import { LONGEST_TARGET } from '../../core/command-parse.ts';
import { STYLES } from '../../core/subscription.ts';

/** Numbers of Discord's command API ("Application Commands", "Channel Types"). */
const OPTION = { subcommand: 1, group: 2, string: 3, integer: 4, channel: 7, mentionable: 9 } as const;
const CHANNEL = { text: 0, announcement: 5, announcementThread: 10, publicThread: 11, privateThread: 12 } as const;
const CONTEXT = { guild: 0, botDirectMessage: 1 } as const;
const INSTALL = { guild: 0 } as const;

/** The longest query that is taken; the same as everywhere else a person types one. */
const LONGEST_QUERY = 1000;

const query = {
  type: OPTION.string,
  name: 'query',
  ...describe('What to watch for, as in: topic:steel country:ca', '찾을 내용, 예: topic:steel country:ca'),
  required: true,
  max_length: LONGEST_QUERY,
};
const channel = {
  type: OPTION.channel,
  name: 'channel',
  ...describe('Where the alerts go; this channel if left out', '알림을 보낼 채널 (비우면 이 채널)'),
  channel_types: Object.values(CHANNEL),
};
const style = {
  type: OPTION.string,
  name: 'style',
  ...describe('How much an alert shows', '알림에 표시할 양'),
  choices: STYLES.map(name => ({ name, name_localizations: { ko: koreanStyle(name) }, value: name })),
};
const mention = {
  type: OPTION.mentionable,
  name: 'mention',
  ...describe('Role or person to notify with each alert', '알림마다 호출할 역할 또는 사람'),
};
const number = {
  type: OPTION.integer,
  name: 'number',
  ...describe('Its number, as list shows it', '목록에 보이는 번호'),
  required: true,
  min_value: 1,
};
const asked = {
  ...query,
  ...describe('What to look for, as in: topic:steel country:ca', '찾을 내용, 예: topic:steel country:ca'),
};
const days = {
  type: OPTION.integer,
  name: 'days',
  ...describe('How many days back; 730 if left out', '며칠 전까지 (비우면 730일)'),
  min_value: 1,
  max_value: 36_525,
};
const release = {
  type: OPTION.string,
  name: 'release',
  ...describe('Its id, as latest and search show it', 'latest와 search에 보이는 보도자료 번호'),
  required: true,
  max_length: 160,
};
const source = {
  type: OPTION.string,
  name: 'source',
  ...describe('Name of a preset, or the https address of a feed', '프리셋 이름 또는 피드의 https 주소'),
  required: true,
  max_length: LONGEST_TARGET,
};
const id = {
  type: OPTION.string,
  name: 'id',
  ...describe('Its id, as source list shows it', 'source list에 보이는 id'),
  required: true,
  max_length: 40,
};
const target = {
  type: OPTION.string,
  name: 'number',
  ...describe('Its number, as list shows it, or all', '목록에 보이는 번호 또는 all'),
  required: true,
  max_length: 20,
};

/**
 * The one root command, as it is registered with PUT /applications/{id}/commands. Reads are open to everyone, so
 * `default_member_permissions` stays unset and every change is checked when it is asked for.
 */
export const COMMAND = {
  type: 1,
  name: 'gwanbo',
  ...describe('Alerts about official releases', '공식 보도자료 알림'),
  contexts: [CONTEXT.guild, CONTEXT.botDirectMessage],
  integration_types: [INSTALL.guild],
  options: [
    subcommand('follow', 'Send releases that match a query to a channel', '검색어에 맞는 보도자료를 채널로 보내기', [
      query,
      channel,
      style,
      mention,
    ]),
    subcommand('unfollow', 'Stop following', '구독 해지', [target]),
    subcommand('list', 'What this channel follows', '이 채널의 구독 목록', []),
    subcommand('pause', 'Hold the alerts of a subscription', '구독 알림 멈추기', [number]),
    subcommand('resume', 'Send the alerts of a subscription again', '구독 알림 다시 받기', [number]),
    subcommand('preview', 'What a query would have brought, month by month', '검색어의 월별 알림 수 미리 보기', [
      asked,
      days,
    ]),
    subcommand('search', 'Search the archive', '보관된 보도자료 검색', [asked]),
    subcommand('latest', 'The newest releases', '최신 보도자료', [{ ...asked, required: false }]),
    subcommand('why', 'Why a release was alerted here, or was not', '알림이 온 까닭 또는 오지 않은 까닭', [
      release,
      { ...number, required: false },
    ]),
    subcommand('show', 'One release and what is related to it', '보도자료 하나와 관련 자료', [release]),
    subcommand('status', 'How the sources and this channel are', '출처와 이 채널의 상태', []),
    subcommand('test', 'Send the latest match here, marked as a test', '최신 알림을 시험으로 보내기', [
      { ...number, required: false },
    ]),
    {
      type: OPTION.group,
      name: 'source',
      ...describe('What is watched', '살펴보는 출처'),
      options: [
        subcommand('list', 'What is watched, and how it is', '살펴보는 출처와 상태', []),
        subcommand('presets', 'Sources that can be added by name', '이름으로 추가할 수 있는 출처', []),
        subcommand('try', 'Read a feed once and show what it brings', '피드를 한 번 읽어 보기', [source]),
        subcommand('add', 'Watch a preset, or a feed by its address', '프리셋이나 피드 추가하기', [source]),
        subcommand('remove', 'Stop watching what was added in chat', '채팅에서 추가한 출처 그만 보기', [id]),
      ],
    },
    subcommand('help', 'How to ask, with examples', '사용법과 예시', []),
  ],
};

/**
 * Whether what Discord has registered is what we want: everything we say is there and no option more. Discord adds
 * fields of its own (ids, versions, defaults), which do not count.
 */
export function isRegistered(registered: unknown): boolean {
  return covers(registered, [COMMAND]);
}

function covers(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours))
    return Array.isArray(theirs) && theirs.length === ours.length && ours.every((one, at) => covers(theirs[at], one));
  if (typeof ours !== 'object' || ours === null) return theirs === ours;
  if (typeof theirs !== 'object' || theirs === null) return isEmpty(ours);
  const fields = theirs as Readonly<Record<string, unknown>>;
  return Object.entries(ours).every(
    ([name, value]) => covers(fields[name], value) || (isEmpty(value) && !(name in fields)),
  );
}

/** Discord leaves empty lists of options out. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function subcommand(name: string, english: string, korean: string, options: readonly object[]): object {
  return { type: OPTION.subcommand, name, ...describe(english, korean), options };
}

function describe(english: string, korean: string) {
  return { description: english, description_localizations: { 'en-US': english, ko: korean } };
}

function koreanStyle(name: (typeof STYLES)[number]): string {
  return { card: '카드', compact: '간략히', full: '전문' }[name];
}
