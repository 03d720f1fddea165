import { ADA } from '../../../local/people.ts';
import { listen } from '../../../local/teams/listen.ts';

/** The behaviour of the window behind the pop-up. */
export interface HostBehaviour {
  /** Does not answer, or only not `getContext`, until {@link HostPage.respond} is called. */
  held?: 'everything' | 'getContext';
  /** Answers `getContext` with these members of the flat context (`userObjectId`, `tid`, …) in addition to those of its
   * own user. */
  context?: Record<string, unknown>;
  /** Answers `getContext` with this theme. */
  theme?: string;
  /** Answers `getContext` with this language. */
  locale?: string;
  /** The frame context. Teams uses `authentication` for a sign-in pop-up. */
  frameContext?: string;
}

/** A window that opens the pop-up and speaks the teams-js protocol from its own loopback origin. The same server
 * plays the identity provider's page at `/provider`. */
export interface AuthHost {
  origin: string;
  /** Referer of every request that had one. */
  referers: string[];
  close(): Promise<void>;
}

export async function startAuthHost(): Promise<AuthHost> {
  const referers: string[] = [];
  const { server, origin, close } = await listen(0);
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (request.headers.referer) referers.push(request.headers.referer);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(pathname === '/provider' ? PROVIDER : HOST);
  });
  return { origin, referers, close };
}

const ICON = '<link rel="icon" href="data:,">';
const PROVIDER = `<!doctype html><title>Provider</title>${ICON}<h1>Provider</h1>`;

/** The data of the host page, for tests to read. */
export interface HostPage {
  open(url: string, behaviour: HostBehaviour): void;
  /** Answers all held messages, and from now on at once. */
  respond(): void;
  /** Messages as received, with the browser's data about their sender. */
  received: { func: string; args: unknown[]; fromPopup: boolean }[];
}

/** The names that teams-js uses for the end of a sign-in. */
export const SUCCESS = 'authentication.authenticate.success';
export const FAILURE = 'authentication.authenticate.failure';

/** The user of the host's Teams, as the page posts it. */
export const TEAMS_USER = { id: ADA.objectId, tenantId: ADA.tenantId };

/** In the hosts' form. teams-js makes its nested context of it. */
const HOST_USER = {
  userObjectId: ADA.objectId,
  tid: ADA.tenantId,
  userPrincipalName: ADA.username,
  loginHint: ADA.username,
};

const HOST = `<!doctype html><title>Host</title>${ICON}<script>
let popup, behaviour;
const held = [];
const received = [];
window.host = {
  received,
  open(url, how) {
    behaviour = how;
    popup = window.open(url, 'signin', 'popup,width=600,height=535');
  },
  respond() {
    behaviour.held = undefined;
    for (const each of held.splice(0)) each();
  },
};
const user = ${JSON.stringify(HOST_USER)};
const responses = {
  initialize: () => [behaviour.frameContext ?? 'authentication', 'desktop', '{"apiVersion":4,"supports":{}}', '2.0.1'],
  getContext: () => {
    const { theme, locale, context } = behaviour;
    return [{ ...user, theme: theme ?? 'default', locale, ...context }];
  },
};
addEventListener('message', ({ data, source, origin }) => {
  received.push({ func: data.func, args: data.args, fromPopup: source === popup });
  const args = responses[data.func]?.();
  // A window that was closed meanwhile is null.
  const respond = () => source?.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args }, origin);
  if (args && ['everything', data.func].includes(behaviour.held)) held.push(respond);
  else if (args) respond();
});
</script>`;
