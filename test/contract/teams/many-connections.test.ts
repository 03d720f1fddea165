import { getMaxListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Connection } from '../../../bot/connection.ts';
import type { SignIn } from '../../../bot/sign-in/sign-in.ts';
import type { SearchRequest } from '../../../bot/teams/search/outcome.ts';
import { searchConnections } from '../../../bot/teams/search/search-connections.ts';
import { ADA } from '../../../local/people.ts';

test('a command that searches twelve connections: Node sees no leak of listeners', async () => {
  const signals: AbortSignal[] = [];
  const connections = Array.from({ length: 12 }, (_, at) => ({
    id: `c${at}`,
    pageOrigins: new Set(),
    signIn: { state: async () => ({ state: 'signed_in', version: '1', credential: { accessToken: 'x' } }) },
    source: {
      async search(_query: unknown, { signal }: { signal: AbortSignal }) {
        signal.addEventListener('abort', () => {}, { once: true });
        signals.push(signal);
        return { items: [] };
      },
    },
  }));
  const signIn = { defaultConnection: async () => undefined, connectionsForCode: async () => [] };
  const search = {
    query: { commandId: 'all', text: 'lakers', skip: 0, count: 25, presented: {} },
    asker: { tenantId: ADA.tenantId, objectId: ADA.objectId },
  };
  const outcomes = await searchConnections(
    signIn as unknown as SignIn,
    search as unknown as SearchRequest,
    connections as unknown as Connection[],
  );
  expect(outcomes.map(({ state }) => state)).toEqual(Array(12).fill('answered'));
  const [signal] = new Set(signals);
  expect([signals.length, new Set(signals).size, getMaxListeners(signal as AbortSignal)]).toEqual([12, 1, 0]);
});
