import { isLoopback } from '../../../platform/safe-url.ts';
import type { Check, CheckContext, Issue } from '../check.ts';
import { type AddressHeard, describeFailure, isAnswered, jsonOf } from '../probes/probe-all.ts';
import { isForPlayground } from './project.ts';

export const PROXY = 'the reverse proxy in front of the service';

/** Looks at BASE_URL from outside; not where nobody answers there. */
export function forReachableService(find: (address: AddressHeard, scene: CheckContext) => Issue[]): Check['find'] {
  return (scene) => {
    const { address } = scene.probes;
    if (!address || !isAlive(address)) return { unchecked: 'the service does not answer at BASE_URL' };
    return find(address, scene);
  };
}

function isAlive({ health }: AddressHeard): boolean {
  return jsonOf(health)?.status === 'alive';
}

export const addressChecks: readonly Check[] = [
  {
    id: 'base-url-loopback',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Teams runs in the cloud: it cannot send a search to this machine, and phones cannot open the pop-up.',
    find: ({ project }) => {
      const { baseUrl, connector } = project.settings;
      // With a stand-in for the Connector no Teams is meant.
      const standIn = connector !== undefined && isLoopback(new URL(connector.metadataUrl));
      if (baseUrl === undefined || !isLoopback(new URL(baseUrl)) || standIn || isForPlayground(project)) return [];
      return [
        {
          what: 'BASE_URL is this very machine, and BOT_OPENID_METADATA is the Connector of the real Teams',
          fix: 'BASE_URL=https://<your public host>   (for F5: the address of the tunnel); without Teams: npm run demo',
        },
      ];
    },
  },
  {
    id: 'base-url-answers',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Searches get no answer and the pop-up stays empty.',
    requires: 'network',
    find: ({ probes: { address } }) => {
      if (!address) return { unchecked: 'BASE_URL is not usable' };
      const { health } = address;
      if (isAlive(address)) return [];
      return [
        {
          what: `${health.url} ${describeFailure(health)}`,
          fix: `Start the service (npm start), and let ${PROXY} pass everything to its PORT; then curl -i ${health.url}`,
        },
      ];
    },
  },
  {
    id: 'service-ready',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The service runs and cannot use its store: searches are answered with "try again later".',
    requires: 'network',
    find: forReachableService(({ ready }) =>
      jsonOf(ready)?.status === 'ready'
        ? []
        : [
            {
              what: `${ready.url} ${describeFailure(ready)}`,
              fix: "Read the service's log; the checks of the store say more",
            },
          ],
    ),
  },
  {
    id: 'messages-gate',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Teams posts every search to this address; what is not signed by Teams must be refused there, by the bot itself.',
    requires: 'network',
    find: forReachableService(({ messages }, { project }) => {
      if (isForPlayground(project)) return [];
      if (isAnswered(messages) && (messages.status === 401 || messages.status === 403)) return [];
      const what = isAnswered(messages) ? `answers ${messages.status} to a request without a token` : messages.failure;
      return [
        { what: `${messages.url} ${what}`, fix: `Let ${PROXY} pass POST /api/messages unchanged, and set BOT_ID` },
      ];
    }),
  },
];
