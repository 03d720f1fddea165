import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OAuthConnection } from '../../../bot/sign-in/authorization.ts';
import { openRevocable, Vault } from '../../../bot/sign-in/credentials/vault.ts';
import { SignInError } from '../../../bot/sign-in/errors.ts';
import type {
  Credential,
  IdentityProvider,
  SignedIn,
  SingleSignOn,
} from '../../../bot/sign-in/providers/identity-provider.ts';
import { SignIn } from '../../../bot/sign-in/sign-in.ts';
import { oauthSignIn } from '../../../bot/sign-in/sso/sso-sign-in.ts';
import { UnreturnedCodes } from '../../../bot/sign-in/unreturned-codes.ts';
import { type User, WEB_CHAT_TENANT_ID } from '../../../bot/sign-in/user.ts';
import { sqliteStore } from '../../../bot/store/sqlite/sqlite-store.ts';
import { StoreError } from '../../../bot/store/store.ts';
import { ADA, GRACE } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { inDatabase } from '../../support/world/world.ts';
import { type FailingStore, type Failure, failingStore } from '../store/failing-store.ts';
import { askerOf } from './flow.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-issued-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ada = askerOf(ADA);
const vault = new Vault([{ id: 'k1', key: randomBytes(32) }]);

/** A provider that knows which refresh tokens work. */
class Provider implements IdentityProvider {
  readonly live = new Set<string>();
  readonly revoked: string[] = [];
  #count = 0;
  identity: User | undefined = ada;
  rotates = true;
  /** When it has issued tokens. */
  issued: () => unknown = () => undefined;

  async authorize({ oauthState }: { oauthState: string }) {
    return { url: `https://provider.example/?state=${oauthState}`, issuer: 'https://provider.example' };
  }

  async exchange(): Promise<SignedIn> {
    const credential = this.issue();
    await this.issued();
    return { credential, ...(this.identity && { identity: this.identity }) };
  }

  async refresh({ refreshToken = '' }: Credential): Promise<Credential> {
    if (this.rotates) this.live.delete(refreshToken);
    const credential = this.rotates ? this.issue() : this.issue(refreshToken);
    await this.issued();
    return credential;
  }

  async revoke({ refreshToken = '' }: { refreshToken?: string }) {
    this.live.delete(refreshToken);
    this.revoked.push(refreshToken);
    return { outcome: 'revoked' as const };
  }

  issue(refreshToken = `refresh-${++this.#count}`): Credential {
    this.live.add(refreshToken);
    const issuer = 'https://provider.example';
    // Close to its end: the next use is a refresh.
    return {
      accessToken: `access for ${refreshToken}`,
      refreshToken,
      expiresAt: Date.now() + 30_000,
      scope: '',
      issuer,
      account: { name: 'Ada' },
    };
  }
}

interface Scene {
  signIn: SignIn;
  store: FailingStore;
  provider: Provider;
}

interface Flow {
  name: string;
  connection?: (provider: Provider) => Partial<OAuthConnection>;
  before?: (scene: Scene) => unknown;
  run: (scene: Scene) => Promise<unknown>;
}

const visit = (asker: User) => ({ asker, connectionId: 'wiki', name: 'Ada', locale: 'en' });

async function signInAt({ signIn }: Scene, asker = ada, connectionId = 'wiki'): Promise<unknown> {
  const { url } = await signIn.at('wiki', asker).prompt(visit(asker), Date.now());
  const ticket = new URL(url).searchParams.get('ticket') ?? '';
  const people = { browserUser: asker, teamsUser: undefined };
  const begun = await signIn.startFromTicket(ticket, people, Date.now());
  const state = new URL(begun.authorizationUrl).searchParams.get('state') ?? '';
  const response = { connectionId, state, code: 'code', iss: undefined };
  return signIn.complete(response, { cookies: [begun.cookie ?? ''], teamsUser: undefined }, Date.now());
}

const search = ({ signIn }: Scene, token?: string) =>
  signIn.at('wiki', ada).state(visit(ada), { code: undefined, ...(token !== undefined && { token }) }, Date.now());

const sso = (provider: Provider): SingleSignOn => ({
  resource: 'api://bot',
  refusalOf: async () => undefined,
  exchange: async () => {
    const credential = provider.issue();
    await provider.issued();
    return { credential };
  },
  evict: () => undefined,
});

/** Every way in which a provider issues tokens to us. */
const FLOWS: readonly Flow[] = [
  { name: 'a proven sign-in', run: (scene) => signInAt(scene) },
  { name: 'a confirmed sign-in', connection: () => ({ proven: false }), run: (scene) => signInAt(scene) },
  {
    name: 'a sign-in by another person',
    before: ({ provider }) => {
      provider.identity = askerOf(GRACE);
    },
    run: (scene) => signInAt(scene),
  },
  {
    name: 'an identity check',
    connection: (provider) => ({ identityCheck: provider }),
    run: (scene) => signInAt(scene, ada, 'wiki.gate'),
  },
  {
    name: 'a sign-in in a browser',
    run: (scene) => signInAt(scene, { tenantId: WEB_CHAT_TENANT_ID, objectId: ADA.objectId }),
  },
  { name: 'a refresh', before: (scene) => signInAt(scene), run: (scene) => search(scene) },
  {
    name: 'a refresh without rotation',
    before: async (scene) => {
      await signInAt(scene);
      scene.provider.rotates = false;
    },
    run: (scene) => search(scene),
  },
  {
    name: 'a refresh while the person signs out',
    before: async (scene) => {
      await signInAt(scene);
      scene.provider.issued = () => scene.store.links.unlink({ asker: ada, connectionId: 'wiki' }, Date.now());
    },
    run: (scene) => search(scene),
  },
  {
    name: 'single sign-on',
    connection: (provider) => ({ sso: sso(provider) }),
    run: (scene) => search(scene, 'token'),
  },
];

interface Outcome {
  /** The tokens in the store after the provider issued them. */
  calls: readonly string[];
  error: unknown;
  /** Tokens that work but are not in the store. */
  lost: string[];
  live: string[];
  revoked: string[];
  links: string[];
  events: string[];
}

let databases = 0;
/** @param failure of the store, from the moment when the tokens are issued */
async function play(flow: Flow, failure?: Failure): Promise<Outcome> {
  const path = join(folder, `${++databases}.db`);
  const store = failingStore(sqliteStore(path), failure);
  const provider = new Provider();
  const events: string[] = [];
  const connection: OAuthConnection = {
    id: 'wiki',
    title: 'Wiki',
    provider,
    identityCheck: undefined,
    proven: true,
    ...flow.connection?.(provider),
  };
  const signIn = new SignIn({
    store,
    vault,
    connections: [
      { id: 'wiki', title: 'Wiki', oauth: connection, createSignIn: (parts) => oauthSignIn(connection, parts) },
    ],
    events: (event) => void events.push(event),
    baseUrl: 'https://bot.example',
    ticketTtlSeconds: 600,
    securityCodeTtlSeconds: 180,
  });
  const scene = { signIn, store, provider };
  try {
    await flow.before?.(scene);
    const { issued } = provider;
    provider.issued = async () => {
      await issued();
      store.arm();
    };
    const error = await flow.run(scene).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    store.heal();
    const [links, parked, queued] = (['links', 'parked', 'revocations'] as const).map((table) => keptIn(path, table));
    const kept = [links, parked, queued].flat();
    const live = [...provider.live];
    const lost = live.filter((token) => !kept.includes(token));
    return { calls: store.calls(), error, lost, live, revoked: provider.revoked, links: links ?? [], events };
  } finally {
    store.heal();
    await signIn.drain();
    await store.close();
  }
}

interface Row {
  tenant_id: string;
  object_id: string;
  connection_id: string;
  version: string;
  sealed: string;
}

/** The refresh tokens in the store. */
function keptIn(path: string, table: 'links' | 'parked' | 'revocations'): string[] {
  const select = `SELECT * FROM ${table} WHERE sealed IS NOT NULL`;
  const rows = inDatabase(path, (db) => db.prepare(select).all() as Row[]);
  return rows.map((row) => {
    const asker = { tenantId: row.tenant_id, objectId: row.object_id };
    return String(openRevocable(vault, { ...row, asker, connectionId: row.connection_id }).refreshToken);
  });
}

/** Runs a flow with a working store, and once for each of its store calls with this failure. */
async function playAll(flow: Flow, failure: Omit<Failure, 'at'>): Promise<{ calm: Outcome; outcomes: Outcome[] }> {
  const calm = await play(flow);
  expect(calm.error === undefined || calm.error instanceof SignInError).toBe(true);
  expect(calm.calls.length).toBeGreaterThan(0);
  const outcomes = await Promise.all(calm.calls.map((_, at) => play(flow, { ...failure, at: at + 1 })));
  for (const { lost } of outcomes) expect(lost).toEqual([]);
  return { calm, outcomes };
}

test.each(FLOWS)(
  'T92: $name, and the store is gone right after: no token works that is not in the store',
  async (flow) => {
    const { outcomes } = await playAll(flow, { times: 1_000, works: false });
    for (const { error } of outcomes) {
      expect([undefined, 'StoreError', 'SignInError']).toContain((error as Error | undefined)?.name);
    }
    // The first call after the exchange stores the tokens, and the log has the result.
    const [first] = outcomes;
    if (flow.name !== 'a refresh without rotation') {
      expect(first?.events).toEqual(expect.arrayContaining(['credential.not_stored', 'credential.revoked']));
    } else expect([first?.revoked, first?.live]).toEqual([[], first?.links]);
  },
  patient(60_000),
);

test.each(FLOWS)(
  'T92: $name, and the store fails once: the person is not signed out',
  async (flow) => {
    const { calm, outcomes } = await playAll(flow, { times: 1, works: false });
    for (const { links, events } of outcomes) {
      expect(links).toEqual(calm.links);
      expect(events).not.toContain('credential.not_stored');
    }
  },
  patient(60_000),
);

test.each(FLOWS)(
  'T90, T92: $name, and an answer of the store is lost: stored tokens are not revoked',
  async (flow) => {
    const { calm, outcomes } = await playAll(flow, { times: 1, works: true });
    for (const { live, links, revoked } of outcomes) {
      expect(links).toEqual(calm.links);
      expect(links.filter((token) => revoked.includes(token) || !live.includes(token))).toEqual([]);
    }
  },
  patient(60_000),
);

test('T92: a store that fails right after the confirmation loses the explanation, not the code', async () => {
  const record = (failure: Error) => {
    const leases = { acquire: () => Promise.reject(failure), release: async () => {}, isHeld: async () => false };
    return new UnreturnedCodes(leases).record({ asker: ADA, connectionId: 'handbook' }, Date.now());
  };
  await expect(record(new StoreError('SQLite: database is locked'))).resolves.toBeUndefined();
  await expect(record(new TypeError('a fault of the bot'))).rejects.toThrow('a fault of the bot');
});
