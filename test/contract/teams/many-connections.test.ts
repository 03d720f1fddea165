import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { builtPath } from '../../../local/paths.ts';

// Node warns in the process itself, where Jest does not see it.
const SEARCH = `
const { searchConnections } = await import(process.argv[1]);
const search = (_, { signal }) => {
  signal.addEventListener('abort', () => {}, { once: true });
  return { items: [] };
};
const state = () => ({ state: 'signed_in', version: '1', credential: { accessToken: 'x' } });
const connection = { pageOrigins: new Set(), signIn: { state }, source: { search } };
const connections = Array.from({ length: 12 }, (_, at) => ({ ...connection, id: 'c' + at }));
const signIn = { defaultConnection: () => undefined, connectionsForCode: () => [] };
const query = { commandId: 'all', text: 'lakers', skip: 0, count: 25, presented: {} };
const asker = { tenantId: 't', objectId: 'o' };
const outcomes = await searchConnections(signIn, { query, asker }, connections);
console.log(outcomes.map(({ state }) => state).join());
`;

test('a command that searches twelve connections: Node does not warn of a leak', () => {
  const path = builtPath('bot/teams/search/search-connections.js');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', SEARCH, path], {
    encoding: 'utf8',
  });
  expect([stdout.trim(), stderr]).toEqual([Array(12).fill('answered').join(), '']);
});
