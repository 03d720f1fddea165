import { freePorts } from '../../../local/processes.ts';
import {
  type Stack,
  type StackOptions,
  startStack,
  startTeamsClient,
  teamsClientOptions,
} from '../../../local/stack.ts';
import { providerRequests } from '../provider/provider-view.ts';
import { forgetAll } from './evidence.ts';
import { eventually, type StoreFile, storeOf } from './world.ts';

/** Everything that `npm run demo` starts, on free ports: the bot, its stand-ins and the Teams client. */
export interface TeamsWorld extends Stack {
  teamsUrl: string;
  rows: StoreFile['rows'];
  /** Signs all people out, and clears the events. The provider's own sessions are in the browser. */
  forget(): void;
  /** The security events in the bot's log, once there are at least this many. */
  events(count: number): Promise<string[]>;
  /** How many authorization codes were exchanged at the provider so far, with any response. */
  codeExchanges(): Promise<number>;
}

export type TeamsWorldOptions = Omit<Partial<StackOptions>, 'ports'> & {
  /** Origins that may host the pop-up, in addition to the Teams client's. */
  hostOrigins?: string[];
  /** Bot, identity provider, wiki and Teams client; then the token service, Jira and Confluence, which start only
   * with a port. Default: free ports. */
  freePorts?: readonly number[];
};

/** Starts everything; `stop()` ends it. */
export async function startTeamsWorld({
  hostOrigins = [],
  freePorts: chosen,
  ...options
}: TeamsWorldOptions = {}): Promise<TeamsWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0, teams = 0, tokenService = 0, jira = 0, confluence = 0] =
    chosen ?? (await freePorts(4));
  const teamsUrl = `http://localhost:${teams}`;
  const client = await startTeamsClient({ teams, bot, identityProvider }, undefined, options.botEnv?.CONNECTIONS_FILE);
  const stack = await startStack({
    ...teamsClientOptions(teamsUrl),
    teamsOrigin: [teamsUrl, ...hostOrigins].join(),
    ...options,
    ports: { bot, identityProvider, wiki, tokenService, jira, confluence },
    identityProviderEnv: { IDP_STATS: '1', ...options.identityProviderEnv },
  }).catch(async (error: unknown) => {
    await client.stop();
    throw error;
  });
  const store = storeOf(stack);
  let forgotten = 0;
  return {
    ...stack,
    teamsUrl,
    rows: store.rows,
    forget: () => {
      forgetAll(store);
      forgotten = eventsIn(stack.bot.output()).length;
    },
    events: (count) =>
      eventually(
        () => eventsIn(stack.bot.output()).slice(forgotten),
        (events) => events.length >= count,
      ),
    codeExchanges: () => providerRequests(stack, 'token:authorization_code'),
    stop: async () => {
      await stack.stop();
      await client.stop();
    },
  };
}

function eventsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => (JSON.parse(line) as { event?: string }).event).filter((event) => event !== undefined);
}
