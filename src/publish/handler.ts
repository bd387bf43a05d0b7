import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { secure, sendJson, sendRefusal, sendResource } from './answer.ts';
import { createCache, Refused } from './cache.ts';
import { rootOf } from './links.ts';
import { guardBody, mountOf } from './mounts.ts';
import { renderMessage } from './pages/layout.ts';
import { frameOf, routeOf } from './routes.ts';
import type { Site } from './site.ts';

/** What is served reads no body; whoever sends more than this is not a reader. */
const READER_BODY = 100_000;
/** Mounted listeners take platform events, the largest of which stay well below. */
const MOUNT_BODY = 1_000_000;

/**
 * The web side as one listener: feed, pages, health, mounts. Whatever fails is logged and answered with 503 and a
 * sentence, or with the last good rendering; nothing of an error reaches the reader.
 */
export function createHandler(site: Site): RequestListener {
  const failed = (error: unknown) => site.log.error({ err: error }, 'a page or feed could not be made');
  const cache = createCache(() => site.store.version(), failed);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, title: string, text: string, page: string | null = null) =>
      sendRefusal(request, response, {
        status,
        title,
        text,
        page: () => page ?? renderMessage(frameOf(site), title, text),
        problem: isApi(request.url ?? ''),
      });
    const target = readTarget(request.url ?? '', rootOf(site.baseUrl()));
    if (target === null) return refuse(400, 'Bad request', 'This address cannot be read.');
    const mount = mountOf(site.mounts, target.path);
    if (guardBody(request, mount ? MOUNT_BODY : READER_BODY) === 'too large')
      return refuse(413, 'Too large', 'This request carries more than is read here.');
    if (mount) {
      secure(response);
      return void (await mount(request, response));
    }

    const health = target.path === '/healthz' || target.path === '/readyz';
    try {
      const route = health ? null : routeOf(site, target.path, target.query);
      if (!health && route === null) return refuse(404, 'Not found', 'There is nothing at this address.');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        return refuse(405, 'Method not allowed', 'This address can only be read.');
      }
      if (route === null) return await sendHealth(site, target.path, response);
      const resource = await cache.get(route.key, route.render);
      if (resource === null) return refuse(404, 'Not found', 'No release is recorded under this address.');
      await sendResource(request, response, resource, route.headers);
    } catch (error) {
      if (error instanceof Refused) return refuse(400, 'Bad request', error.message, error.page);
      failed(error);
      if (response.headersSent) return void response.destroy();
      response.setHeader('Retry-After', '30');
      refuse(503, 'Not available', 'This cannot be answered at the moment. Try again in half a minute.');
    }
  }

  return (request, response) => {
    answer(request, response).catch(error => {
      // Only a mounted listener, or the refusal itself, can fail beyond the catch above.
      failed(error);
      if (response.headersSent) response.destroy();
      else
        sendRefusal(request, response, {
          status: 500,
          title: 'Error',
          text: 'Something went wrong.',
          page: null,
          problem: false,
        });
    });
  };
}

/** What programs ask: they are told of trouble in JSON. */
const isApi = (url: string) => /^[^?#]*\/api\//.test(url);

/** Alive as a process, or ready to serve: the store answers and whoever knows names no reason against it. */
async function sendHealth(site: Site, path: string, response: ServerResponse): Promise<void> {
  if (path === '/healthz') return sendJson(response, 200, { ok: true, version: site.version });
  const reasons = await Promise.all([
    site.store.version().then(
      () => [],
      () => ['the store does not answer'],
    ),
    site.ready().catch(() => ['readiness cannot be told']),
  ]);
  const all = reasons.flat();
  sendJson(response, all.length === 0 ? 200 : 503, { ok: all.length === 0, reasons: all });
}

/**
 * Path and query of a request, decoded. The path is taken as it was sent: nothing resolves "..", so that it can
 * only ever name what is not there.
 * @param root stripped where a proxy left it on
 */
function readTarget(url: string, root: string): { readonly path: string; readonly query: URLSearchParams } | null {
  const local = url.replace(/^https?:\/\/[^/?#]*/i, '');
  if (!local.startsWith('/')) return null;
  const [raw = '', ...rest] = local.split('?');
  try {
    const path = decodeURIComponent(raw);
    const below = root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
    return { path: below, query: new URLSearchParams(rest.join('?')) };
  } catch {
    return null;
  }
}
