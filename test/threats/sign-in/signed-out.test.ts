import { readdirSync, statSync } from 'node:fs';
import { Agent } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Person } from '../../../local/people.ts';
import { crowd, inParallel } from '../../support/network/crowd.ts';
import { rawRequest } from '../../support/network/raw-http.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { sized } from '../../support/soak.ts';
import { eventNamesSince, logMark } from '../../support/world/evidence.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { inDatabase } from '../../support/world/world.ts';

const ASKERS = 1_000;
const QUERIES = ASKERS * sized(5, 100);
const SOCKETS = 8;

const world = useWorld();

/** How many rows each table has. */
function rowsOfAllTables(): Record<string, number> {
  return inDatabase(world.storePath, (db) => {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    const count = (name: string) => db.prepare(`SELECT count(*) AS rows FROM "${name}"`).get() as { rows: number };
    return Object.fromEntries(tables.map(({ name }) => [name, count(name).rows]));
  });
}

/** Bytes of the store's file and of all files beside it. */
function sizes(): Record<string, number> {
  const folder = dirname(world.storePath);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

test(
  `T45: ${QUERIES} signed-out queries write nothing, and cause no request to the provider or the wiki`,
  async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
    const headers = { Authorization: `Bearer ${await world.connector.token()}`, 'Content-Type': 'application/json' };
    const askers = crowd(ASKERS);
    // Like typing: longer and longer texts, each with another ticket in its answer.
    const ask = async (person: Person, at: number) => {
      const query = { commandId: at % 2 ? 'insertWiki' : 'insertHandbook', text: 'lakers'.slice(0, 1 + (at % 6)) };
      const body = JSON.stringify(world.connector.queryActivity(person, query));
      const { text } = await rawRequest(world.botUrl, {
        method: 'POST',
        target: '/api/messages',
        headers,
        body,
        agent,
      });
      return text.startsWith('{"composeExtension":{"type":"auth"');
    };
    const rows = rowsOfAllTables();
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(['links', 'parked', 'transactions', 'attempts']));
    const before = { mark: await logMark(world), asked: await providerRequests(world), sizes: sizes() };
    let at = 0;
    const requests = Array.from({ length: QUERIES / ASKERS }, () => askers).flat();
    const prompted = await inParallel(requests, SOCKETS, (person) => ask(person, at++));
    agent.destroy();
    expect(prompted.filter(Boolean)).toHaveLength(QUERIES);
    expect(rowsOfAllTables()).toEqual(rows);
    expect(Object.values(rows).every((count) => count === 0)).toBe(true);
    expect(sizes()).toEqual(before.sizes);
    expect(await providerRequests(world)).toBe(before.asked);
    expect(await (await fetch(`${world.wikiUrl}/__calls`)).json()).toMatchObject({ count: 0 });
    expect(await eventNamesSince(world, before.mark)).toEqual([]);
  },
  sized(120_000, 300_000),
);
