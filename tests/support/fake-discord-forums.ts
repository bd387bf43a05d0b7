import { type Answer, invalidForm, type Json, may, messageOf, refusal } from './fake-discord-messages.ts';
import type { RestWorld } from './fake-discord-rest.ts';
import { faultsOf } from './fake-discord-schema.ts';
import { apiChannel, BOT, type FakeChannel, isForum, isThread, snowflake } from './fake-discord-world.ts';

/** Forum and media channels: posts, which are threads that begin with a message, under Discord's rules. */
export function createForums(world: Pick<RestWorld, 'channels' | 'messages'>) {
  /** A post knows no nonce: the same one twice is two posts. */
  function open(forum: FakeChannel, body: Json): Answer {
    if (!isForum(forum)) return refusal(400, 50024, 'Cannot execute action on this channel type');
    if (!may(forum, 'SendMessages')) return refusal(403, 50013, 'Missing Permissions');
    const message = (body.message ?? {}) as Json;
    const faults = [
      ...faultsOf('CreateForumThreadRequest', body),
      ...faultsOf('BaseCreateMessageCreateRequest', message).map(fault => `message/${fault}`),
    ];
    const name = String(body.name ?? '').trim();
    if (name === '' || [...name].length > 100) faults.push('name: Must be between 1 and 100 in length.');
    const applied = (body.applied_tags ?? []) as string[];
    if (applied.length > 5) faults.push('applied_tags: Must be 5 or fewer in length.');
    if (faults.length > 0) return invalidForm(faults);
    const tags = applied.map(id => forum.tags?.find(tag => tag.id === id));
    if (tags.includes(undefined)) return refusal(400, 10087, 'Unknown tag');
    if (tags.some(tag => tag?.moderated) && !may(forum, 'ManageThreads'))
      return refusal(403, 50013, 'Missing Permissions');
    if (forum.demandsTag && tags.length === 0)
      return refusal(400, 40067, 'A tag is required to create a forum post in this channel');
    const embeds = (message.embeds ?? []) as unknown[];
    if (embeds.length > 0 && !may(forum, 'EmbedLinks')) return refusal(403, 50013, 'Missing Permissions');
    if (!String(message.content ?? '').trim() && embeds.length === 0)
      return refusal(400, 50006, 'Cannot send an empty message');
    const id = snowflake();
    const post: FakeChannel = {
      id,
      name,
      type: 11,
      parent: forum.id,
      owner: BOT,
      applied,
      archived: false,
      // A thread has no overwrites of its own.
      get permissions() {
        return forum.permissions;
      },
      set permissions(_) {
        throw new Error('the permissions of a post are those of its forum');
      },
    };
    world.channels.set(id, post);
    world.messages.push(messageOf(id, id, message));
    return { status: 201, body: apiChannel(post) };
  }

  /** All that are open in the server, whichever channel they belong to. */
  function active(): Answer {
    const threads = [...world.channels.values()].filter(
      one => isThread(one) && !one.archived && may(one, 'ViewChannel'),
    );
    return { status: 200, body: { threads: threads.map(apiChannel), members: [] } };
  }

  /** The last archived comes first. */
  function archived(channel: FakeChannel, query: URLSearchParams): Answer {
    if (!may(channel, 'ReadMessageHistory')) return refusal(403, 50013, 'Missing Permissions');
    const limit = Number(query.get('limit') ?? 50);
    if (limit < 2 || limit > 100) return invalidForm(['limit: Must be between 2 and 100.']);
    const before = query.get('before');
    const timeOf = (one: FakeChannel) => Date.parse(one.archivedAt ?? '2025-12-01T00:00:00.000Z');
    const threads = [...world.channels.values()]
      .filter(one => isThread(one) && one.archived && one.parent === channel.id)
      .filter(one => before === null || timeOf(one) < Date.parse(before))
      .toSorted((one, other) => timeOf(other) - timeOf(one));
    const page = threads.slice(0, limit);
    return {
      status: 200,
      body: { threads: page.map(apiChannel), members: [], has_more: threads.length > page.length },
    };
  }

  /** Opening a thread again takes what posting in it takes; of a locked one the managing of threads. */
  function patch(thread: FakeChannel, body: Json): Answer {
    const faults = faultsOf('UpdateThreadRequestPartial', body);
    if (faults.length > 0) return invalidForm(faults);
    const manages = may(thread, 'ManageThreads');
    const opens = body.archived === false && Object.keys(body).length === 1;
    if (!isThread(thread) || !(manages || (opens && !thread.locked && may(thread, 'SendMessagesInThreads'))))
      return refusal(403, 50013, 'Missing Permissions');
    if (typeof body.archived === 'boolean') thread.archived = body.archived;
    return { status: 200, body: apiChannel(thread) };
  }

  return { open, active, archived, patch };
}
