import type { webApi } from '@slack/bolt';
import type { Outcome } from '../../core/delivery.ts';
import { TIMES } from './limits.ts';

/**
 * What to do about an error code of chat.postMessage. `malformed`: Slack finds fault with the message itself, so the
 * minimal one is tried in its place.
 */
interface Rule {
  readonly is: 'suspend' | 'down' | 'hold' | 'wait' | 'unsure' | 'malformed';
  /** For people: what is the matter and what to do. */
  readonly say: string;
  /** Milliseconds until the next try of a `wait`. */
  readonly after?: number;
}

export const REINSTALL =
  'reinstall the app in Slack (api.slack.com/apps, "Install App") and put the new Bot User OAuth Token into SLACK_BOT_TOKEN';
const NOT_POSTABLE =
  'only some people may post in this channel: let gwanbo post in the channel settings, or follow elsewhere';
const OUR_FAULT = 'Slack found fault with the request';
const AMBIGUOUS = 'Slack failed while handling the message and does not say whether it was posted';

const suspend = (say: string): Rule => ({ is: 'suspend', say });
const down = (say: string): Rule => ({ is: 'down', say });
const hold = (say: string): Rule => ({ is: 'hold', say });
const wait = (say: string, after: number): Rule => ({ is: 'wait', say, after });
const unsure: Rule = { is: 'unsure', say: AMBIGUOUS };
const malformed: Rule = { is: 'malformed', say: OUR_FAULT };

/** Every documented error of chat.postMessage (docs.slack.dev/reference/methods/chat.postMessage, "Errors"). */
export const CODES: Readonly<Record<string, Rule>> = {
  channel_not_found: suspend(
    'the channel is gone, or it is private and gwanbo was removed: type /invite @gwanbo in it',
  ),
  not_in_channel: suspend('gwanbo is not in the channel: type /invite @gwanbo in it'),
  is_archived: suspend('the channel is archived: unarchive it, or follow elsewhere'),
  restricted_action: suspend(NOT_POSTABLE),
  restricted_action_read_only_channel: suspend(NOT_POSTABLE),
  restricted_action_thread_only_channel: suspend('the channel only takes replies in threads: follow elsewhere'),
  restricted_action_non_threadable_channel: suspend('the channel takes no threads: follow elsewhere'),
  restricted_action_thread_locked: suspend('the thread is locked: follow elsewhere'),
  no_permission: suspend('gwanbo may not post in the channel: type /invite @gwanbo in it'),
  messages_tab_disabled: suspend(
    'the app takes no direct messages: switch on the Messages Tab under "App Home" of the app',
  ),
  cannot_reply_to_message: suspend('the message to reply to takes no replies'),

  invalid_auth: down(`the token is wrong, or this address may not use it: ${REINSTALL}`),
  not_authed: down(`no token arrived: ${REINSTALL}`),
  account_inactive: down(`the app was removed or the workspace is closed: ${REINSTALL}`),
  token_revoked: down(`the token was revoked: ${REINSTALL}`),
  token_expired: down(`the token has expired: switch token rotation off, then ${REINSTALL}`),
  app_uninstalled: down(`the app was removed from the workspace: ${REINSTALL}`),
  org_login_required: down(
    'the workspace is moving into an organization: wait until that is done, then reinstall the app',
  ),
  missing_scope: down(`a permission is missing: add it under "OAuth & Permissions" of the app, then ${REINSTALL}`),
  not_allowed_token_type: down(`this is another kind of token: ${REINSTALL}`),
  team_not_found: down(`the token belongs to another workspace: ${REINSTALL}`),
  access_denied: down(`Slack denies access: ${REINSTALL}`),
  accesslimited: down('Slack may not be used from this network: ask the administrators of the workspace'),
  enterprise_is_restricted: down(`the token belongs to an organization, not to a workspace: ${REINSTALL}`),

  ekm_access_denied: hold('the administrators have suspended posting (Enterprise Key Management): ask them'),
  two_factor_setup_required: hold(
    'the workspace asks for two-factor authentication: set it up for the account of the app',
  ),
  team_access_not_granted: hold('the organization has not let the app into this workspace: ask its administrators'),
  as_user_not_supported: hold(OUR_FAULT),
  slack_connect_canvas_sharing_blocked: hold('the administrators block this in shared channels: ask them'),
  slack_connect_file_link_sharing_blocked: hold('the administrators block file links in shared channels: ask them'),
  slack_connect_lists_sharing_blocked: hold('the administrators block this in shared channels: ask them'),
  method_deprecated: hold('Slack has retired this way of posting: update gwanbo'),
  deprecated_endpoint: hold('Slack has retired this way of posting: update gwanbo'),

  ratelimited: wait('Slack asks for a pause', TIMES.retryAfter),
  rate_limited: wait('Slack asks for a pause', TIMES.retryAfter),
  message_limit_exceeded: wait('the workspace has reached its limit of messages', 10 * 60_000),
  team_added_to_org: wait('the workspace is moving into an organization', 10 * 60_000),

  internal_error: unsure,
  fatal_error: unsure,
  request_timeout: unsure,
  service_unavailable: unsure,

  invalid_blocks: malformed,
  invalid_blocks_format: malformed,
  block_mismatch: malformed,
  msg_blocks_too_long: malformed,
  msg_too_long: malformed,
  no_text: malformed,
  markdown_text_conflict: malformed,
  too_many_attachments: malformed,
  too_many_contact_cards: malformed,
  attachment_payload_limit_exceeded: malformed,
  invalid_arguments: malformed,
  invalid_arg_name: malformed,
  invalid_array_arg: malformed,
  invalid_charset: malformed,
  invalid_form_data: malformed,
  invalid_post_type: malformed,
  missing_post_type: malformed,
  metadata_too_large: malformed,
  metadata_must_be_sent_from_app: malformed,
  invalid_metadata_format: malformed,
  invalid_metadata_schema: malformed,
};

/** Codes about the metadata: the minimal message then leaves it out. */
export const isAboutMetadata = (code: string): boolean => code.includes('metadata');

export const isRateLimit = (code: string): boolean => code === 'ratelimited' || code === 'rate_limited';

/** The error classes of Slack's library, handed in so that it is loaded only where it is used. */
export type Errors = Pick<
  typeof webApi,
  'WebAPIPlatformError' | 'WebAPIHTTPError' | 'WebAPIRateLimitedError' | 'WebAPIRequestError'
>;

/** What a failed call says: an outcome, or that another form of the message has to be tried. */
export type Judged =
  | { readonly outcome: Exclude<Outcome, { is: 'sent' }>; readonly code: string }
  | { readonly outcome: null; readonly code: string };

/**
 * Sorts a failed chat.postMessage. Whatever is not certain to have been refused is `unsure`.
 * @param jitter milliseconds added to each wait, so that many channels do not come back at once
 */
export function judge(error: unknown, errors: Errors, now: Temporal.Instant, jitter: number): Judged {
  const waiting = (after: number, reason: string, code: string): Judged => ({
    outcome: { is: 'wait', at: now.add({ milliseconds: Math.round(after + jitter) }).toString(), reason },
    code,
  });
  if (error instanceof errors.WebAPIRateLimitedError)
    return waiting(error.retryAfter * 1000, 'Slack asks for a pause (HTTP 429)', 'ratelimited');
  if (error instanceof errors.WebAPIPlatformError) {
    const code = readCode(error);
    const rule = code === null ? undefined : CODES[code];
    if (code === null) return unsureOf('Slack answered with something that is no answer of its API', 'unreadable');
    if (!rule) return unsureOf(`Slack answered with an error that gwanbo does not know (${code})`, code);
    if (rule.is === 'malformed') return { outcome: null, code };
    if (rule.is === 'wait') {
      const asked = error.data.response_metadata?.retryAfter;
      return waiting(
        typeof asked === 'number' ? asked * 1000 : (rule.after ?? TIMES.retryAfter),
        `${rule.say} (${code})`,
        code,
      );
    }
    const reason =
      rule.is === 'down' ? refusedToken('SLACK_BOT_TOKEN', code, rule.say, neededBy(error)) : `${rule.say} (${code})`;
    return { outcome: { is: rule.is, reason }, code };
  }
  if (error instanceof errors.WebAPIHTTPError) return judgeStatus(error.statusCode, waiting);
  const cause = error instanceof errors.WebAPIRequestError ? error.original : error;
  const reached = neverLeft(cause);
  if (reached !== null)
    return waiting(TIMES.unreachable, `Slack could not be reached (${reached}); nothing was sent`, reached);
  return unsureOf(`The answer of Slack was lost (${nameOf(cause)})`, 'lost');
}

const unsureOf = (reason: string, code: string): Judged => ({ outcome: { is: 'unsure', reason }, code });

function judgeStatus(status: number, waiting: (after: number, reason: string, code: string) => Judged): Judged {
  const code = `http_${status}`;
  if (status === 413) return { outcome: null, code };
  // Slack's API answers 200 or 429: another 4xx is a proxy or a wrong address that never let the message through.
  if (status >= 400 && status < 500 && status !== 408)
    return waiting(
      TIMES.refused,
      `Something before Slack answered HTTP ${status}: check SLACK_API_URL and the proxy; nothing was posted`,
      code,
    );
  return unsureOf(`Slack answered HTTP ${status} and does not say whether the message was posted`, code);
}

/** For people and the status: which variable holds the token that was refused, why, and what to do. Never the token. */
export const refusedToken = (variable: string, code: string, say: string, needed: string | null): string =>
  `${variable} was refused (${code}${needed === null ? '' : ` ${needed}`}): ${say}`;

/** The scope that a missing_scope names. */
export function neededBy(error: InstanceType<Errors['WebAPIPlatformError']>): string | null {
  const { needed } = error.data as { readonly needed?: unknown };
  return typeof needed === 'string' && /^[\w:,.]+$/.test(needed) ? needed : null;
}

/** The code of a refusal, or null where the answer was not Slack's: the library puts a page it cannot read there. */
export function readCode(error: InstanceType<Errors['WebAPIPlatformError']>): string | null {
  const code: unknown = error.data.error;
  return typeof code === 'string' && /^[a-z][a-z0-9_]{1,80}$/.test(code) ? code : null;
}

/** Failures to connect: a request cannot have been executed where no connection was made. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** A certificate is checked before the request is written. */
const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** The system's name of a failure that happened before anything was sent; null where something may have been. */
export function neverLeft(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    // Where a name has several addresses, each of them was tried.
    const tried = cause instanceof AggregateError ? (cause.errors as NodeJS.ErrnoException[]) : [];
    if (tried.length > 0 && tried.every(one => one.syscall === 'connect')) return tried[0]?.code ?? 'connect';
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (code !== undefined && (UNCONNECTED.has(code) || UNTRUSTED.test(code) || syscall === 'connect')) return code;
  }
  return null;
}

function nameOf(error: unknown): string {
  let name = 'no reason given';
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    // A request that was cut off carries a number nobody knows.
    name = typeof code === 'string' ? code : cause.name;
  }
  return name;
}
