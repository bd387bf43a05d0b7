import { TIMES } from './limits.ts';

/** What is asked of Slack about a channel: to post, to change, to take away, to read back. */
export type Act = 'post' | 'edit' | 'remove' | 'read';

/**
 * What to do about an error code. `malformed`: Slack finds fault with the message itself, so the minimal one is tried in
 * its place. `closed`: the message can no longer be changed. `done`: what was asked for is so already.
 */
interface Rule {
  readonly is: 'suspend' | 'down' | 'hold' | 'wait' | 'unsure' | 'malformed' | 'dead' | 'closed' | 'done';
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
const NO_FILE = 'Slack speaks of a file, and gwanbo shares none: update gwanbo';
const AMBIGUOUS = 'Slack failed while handling the message and does not say whether it was posted';

const suspend = (say: string): Rule => ({ is: 'suspend', say });
const down = (say: string): Rule => ({ is: 'down', say });
const dead = (say: string): Rule => ({ is: 'dead', say });
const closed = (say: string): Rule => ({ is: 'closed', say });
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
  // These are about the one message that is replied to, not about the channel.
  restricted_action_non_threadable_channel: dead('the channel takes no replies in threads'),
  restricted_action_thread_locked: dead('the thread of the message to reply to is locked'),
  thread_not_found: dead('the message to reply to is gone'),
  cannot_reply_to_message: dead('the message to reply to takes no replies'),
  no_permission: suspend('gwanbo may not post in the channel: type /invite @gwanbo in it'),
  channel_is_limited_access: suspend(
    'only some people have access to this channel: give it to gwanbo, or follow elsewhere',
  ),
  messages_tab_disabled: suspend(
    'the app takes no direct messages: switch on the Messages Tab under "App Home" of the app',
  ),

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
  send_on_behalf_not_allowed: hold('the workspace lets no app speak for somebody else: ask its administrators'),
  draft_already_deleted: hold(OUR_FAULT),
  draft_already_sent: hold(OUR_FAULT),
  draft_has_conflict: hold(OUR_FAULT),
  draft_not_found: hold(OUR_FAULT),
  missing_file_data: hold(NO_FILE),
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
  // Slack took the message for a copy of one that it does not find.
  duplicate_message_not_found: unsure,
  duplicate_channel_not_found: unsure,

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

/** Codes of chat.update and chat.delete that chat.postMessage does not have or that mean something else there. */
export const CHANGING: Readonly<Record<string, Rule>> = {
  cant_update_message: closed('Slack does not let this message be changed'),
  edit_window_closed: closed('the workspace lets messages be changed for a while only, which is over'),
  no_dual_broadcast_content_update: closed('a reply that is shown in the channel too cannot be changed'),
  cant_delete_message: closed('Slack does not let this message be taken away'),
  compliance_exports_prevent_deletion: closed('the workspace keeps every message: it cannot be taken away'),
  is_inactive: closed('the message is inactive: it cannot be changed'),
  cant_broadcast_message: closed('a reply cannot be shown in the channel as well'),
  // Somebody was faster: people see nothing that would be wrong.
  message_not_found: { is: 'done', say: 'the message is gone' },
  external_channel_migrating: wait('the shared channel is being moved', 10 * 60_000),
  streaming_state_conflict: wait('the message is still being written', TIMES.retryAfter),
  update_failed: unsure,
  invalid_attachments: malformed,
  blocked_file_type: hold(NO_FILE),
  file_deleted: hold(NO_FILE),
  file_is_deleted: hold(NO_FILE),
  file_not_found: hold(NO_FILE),
  file_share_limit_reached: hold(NO_FILE),
  max_file_sharing_exceeded: hold(NO_FILE),
  posting_to_channel_denied: hold(NO_FILE),
  slack_connect_blocked_file_type: hold(NO_FILE),
  slack_connect_clip_sharing_blocked: hold(NO_FILE),
  slack_connect_file_upload_sharing_blocked: hold(NO_FILE),
  unable_to_share_files: hold(NO_FILE),
};

/** Codes that mean something else where a channel is read back, and those that only reading has. */
export const READING: Readonly<Record<string, Rule>> = {
  not_in_channel: hold(
    'gwanbo is not in the channel, so it cannot look there for what it posted: type /invite @gwanbo in it, then release it',
  ),
  no_permission: hold(
    'gwanbo may not look in the channel for what it posted: type /invite @gwanbo in it, then release it',
  ),
  missing_scope: hold(
    `gwanbo may not look in the channel for what it posted: add channels:history and groups:history to the app, ${REINSTALL}, then release it`,
  ),
  method_not_supported_for_channel_type: hold('Slack does not let this kind of channel be looked through'),
  invalid_ts_oldest: hold(OUR_FAULT),
  invalid_ts_latest: hold(OUR_FAULT),
  invalid_limit: hold(OUR_FAULT),
  invalid_metadata_filter_keys: hold(OUR_FAULT),
  pagination_not_available: hold(
    'Slack does not show this channel page by page: look for it yourself, then release it',
  ),
  list_record_comment_fetch_failed: wait('Slack could not fetch what stands there', TIMES.again),
  invalid_cursor: wait('Slack has forgotten at which page we were', TIMES.again),
  // Without a thread there are no replies.
  thread_not_found: { is: 'done', say: 'there is no such thread' },
};

/** What a code means for an act; undefined where nobody knows it. */
export function ruleOf(code: string, act: Act): Rule | undefined {
  const other = act === 'post' ? undefined : (act === 'read' ? READING : CHANGING)[code];
  return other ?? CODES[code];
}

/** Codes about the metadata: the minimal message then leaves it out. */
export const isAboutMetadata = (code: string): boolean => code.includes('metadata');

export const isRateLimit = (code: string): boolean => code === 'ratelimited' || code === 'rate_limited';
