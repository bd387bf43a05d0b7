import * as option from './options.ts';

const CONTEXT = { guild: 0, botDirectMessage: 1 } as const;
const INSTALL = { guild: 0 } as const;

/**
 * The one root command, as it is registered with PUT /applications/{id}/commands. Reads are open to everyone, so
 * `default_member_permissions` stays unset and every change is checked when it is asked for.
 */
export const COMMAND = {
  type: 1,
  name: 'gwanbo',
  ...option.describe('Alerts about official releases', '공식 보도자료 알림'),
  contexts: [CONTEXT.guild, CONTEXT.botDirectMessage],
  integration_types: [INSTALL.guild],
  options: [
    subcommand('follow', 'Send releases that match a query to a channel', '검색어에 맞는 보도자료를 채널로 보내기', [
      option.query,
      option.channel,
      option.when,
      option.urgent,
      option.style,
      option.mention,
      option.backfill,
    ]),
    subcommand('edit', 'Change a subscription; its number and history stay', '구독 바꾸기 (번호와 기록은 그대로)', [
      option.number,
      { ...option.query, required: false },
      option.when,
      option.urgent,
      option.style,
      option.mention,
    ]),
    subcommand('unfollow', 'Stop following', '구독 해지', [option.target]),
    subcommand('list', 'What this channel follows', '이 채널의 구독 목록', []),
    subcommand('pause', 'Hold the alerts of a subscription', '구독 알림 멈추기', [option.number, option.pauseFor]),
    subcommand('resume', 'Send the alerts of a subscription again', '구독 알림 다시 받기', [
      { ...option.number, required: false },
    ]),
    subcommand('preview', 'What a query would have brought, month by month', '검색어의 월별 알림 수 미리 보기', [
      option.asked,
      option.days,
    ]),
    subcommand('search', 'Search the archive', '보관된 보도자료 검색', [option.asked]),
    subcommand('latest', 'The newest releases', '최신 보도자료', [{ ...option.asked, required: false }]),
    subcommand('why', 'Why a release was alerted here, or was not', '알림이 온 까닭 또는 오지 않은 까닭', [
      option.release,
      { ...option.number, required: false },
    ]),
    subcommand('show', 'One release and what is related to it', '보도자료 하나와 관련 자료', [option.release]),
    subcommand('topics', 'What can be asked for, and how many releases are about it', '검색에 쓸 수 있는 값', [
      option.list,
    ]),
    subcommand('feed', 'The addresses of a feed for feed readers', '피드 리더용 주소', [
      { ...option.asked, required: false },
      { ...option.number, required: false },
    ]),
    subcommand(
      'settings',
      'How this channel gets its alerts; shows or changes it',
      '이 채널의 알림 설정',
      option.settings,
    ),
    subcommand('status', 'How the sources and this channel are', '출처와 이 채널의 상태', []),
    subcommand('test', 'Send the latest match here, marked as a test', '최신 알림을 시험으로 보내기', [
      { ...option.number, required: false },
    ]),
    {
      type: option.OPTION.group,
      name: 'source',
      ...option.describe('What is watched', '살펴보는 출처'),
      options: [
        subcommand('list', 'What is watched, and how it is', '살펴보는 출처와 상태', []),
        subcommand('presets', 'Sources that can be added by name', '이름으로 추가할 수 있는 출처', []),
        subcommand('try', 'Read a feed once and show what it brings', '피드를 한 번 읽어 보기', [option.source]),
        subcommand('add', 'Watch a preset, or a feed by its address', '프리셋이나 피드 추가하기', [option.source]),
        subcommand('remove', 'Stop watching what was added in chat', '채팅에서 추가한 출처 그만 보기', [option.id]),
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
  return { type: option.OPTION.subcommand, name, ...option.describe(english, korean), options };
}
