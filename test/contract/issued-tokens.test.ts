import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OAuthConnection } from '../../bot/sign-in/authorization.ts';
import { openRevocable, Vault } from '../../bot/sign-in/credentials/vault.ts';
import { SignInError } from '../../bot/sign-in/errors.ts';
import type {
  Credential,
  IdentityProvider,
  SignedIn,
  SingleSignOn,
} from '../../bot/sign-in/providers/identity-provider.ts';
import { SignIn } from '../../bot/sign-in/sign-in.ts';
import { oauthSignIn } from '../../bot/sign-in/sso/sso-sign-in.ts';
import { type User, WEB_CHAT_TENANT_ID } from '../../bot/sign-in/user.ts';
import { sqliteStore } from '../../bot/store/sqlite/sqlite-store.ts';
import { ADA, GRACE } from '../../local/people.ts';
import { patient } from '../support/patience.ts';
import { inDatabase } from '../support/world.ts';
import { type FailingStore, type Failure, failingStore } from './failing-store.ts';
import { askerOf } from './identity-provider-flow.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-issued-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ada = askerOf(ADA);
const vault = new Vault([{ id: 'k1', key: randomBytes(32) }]);

/** A provider that remembers which refresh tokens work. */
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
  events: string[];
  /** The refresh tokens that the store holds, by table. */
  kept(table: 'links' | 'parked' | 'revocations'): string[];
}

let scenes = 0;
async function withScene<T>(
  failure: Failure | undefined,
  change: Partial<OAuthConnection>,
  play: (scene: Scene) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${++scenes}.db`);
  const store = failingStore(sqliteStore(path), failure);
  const provider = new Provider();
  const events: string[] = [];
  const connection: OAuthConnection = {
    id: 'wiki',
    title: 'Wiki',
    provider,
    identityCheck: undefined,
    proven: true,
    ...change,
  };
  if (connection.identityCheck) connection.identityCheck = provider;
  const signIn = new SignIn({
    store,
    vault,
    connections: [
      { id: 'wiki', title: 'Wiki', oauth: connection, createSignIn: (parts) => oauthSignIn(connection, parts) },
    ],
    events: (event) => void events.push(event),
    baseUrl: 'https://bot.example',
    ticketTtl: 600,
    securityCodeTtl: 180,
  });
  const kept = (table: string) =>
    inDatabase(path, (db) => db.prepare(`SELECT * FROM ${table} WHERE sealed IS NOT NULL`).all() as Row[]).map(
      (row) => {
        const asker = { tenantId: row.tenant_id, objectId: row.object_id };
        return String(openRevocable(vault, { ...row, asker, connectionId: row.connection_id }).refreshToken);
      },
    );
  try {
    return await play({ signIn, store, provider, events, kept });
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

const visit = (asker: User) => ({ asker, connectionId: 'wiki', name: 'Ada', locale: 'en' });

async function signInAt({ signIn }: Scene, asker = ada): Promise<unknown> {
  const { url } = await signIn.at('wiki').prompt(visit(asker), Date.now());
  const begun = await signIn.startFromTicket(
    new URL(url).searchParams.get('ticket') ?? '',
    { browserUser: asker, teamsUser: undefined },
    Date.now(),
  );
  const state = new URL(begun.authorizationUrl).searchParams.get('state') ?? '';
  const connectionId = gated.has(signIn) ? 'wiki.gate' : 'wiki';
  return signIn.complete(
    { connectionId, state, code: 'code', iss: undefined },
    [begun.cookie ?? ''],
    undefined,
    Date.now(),
  );
}

const gated = new WeakSet<SignIn>();

async function linked(scene: Scene): Promise<void> {
  await signInAt(scene);
  if (scene.kept('links').length !== 1) throw new Error('Nothing is linked');
}

const sso = (provider: () => Provider): SingleSignOn => ({
  resource: 'api://bot',
  refusalOf: async () => undefined,
  exchange: async () => {
    const credential = provider().issue();
    await provider().issued();
    return { credential };
  },
  evict: () => undefined,
});

interface Flow {
  name: string;
  connection?: (provider: () => Provider) => Partial<OAuthConnection>;
  before?: (scene: Scene) => Promise<unknown>;
  run: (scene: Scene) => Promise<unknown>;
}

const search = ({ signIn }: Scene, token?: string) =>
  signIn.at('wiki').state(visit(ada), { code: undefined, ...(token !== undefined && { token }) }, Date.now());

/** Every way in which a provider issues tokens to us. */
const FLOWS: readonly Flow[] = [
  { name: 'a proven sign-in', run: signInAt },
  { name: 'a confirmed sign-in', connection: () => ({ proven: false }), run: signInAt },
  {
    name: 'a sign-in by another person',
    before: async ({ provider }) => {
      provider.identity = askerOf(GRACE);
    },
    run: signInAt,
  },
  {
    name: 'an identity check',
    connection: (provider) => ({ identityCheck: provider() }),
    before: async ({ signIn }) => void gated.add(signIn),
    run: signInAt,
  },
  {
    name: 'a sign-in in a browser',
    run: (scene) => signInAt(scene, { tenantId: WEB_CHAT_TENANT_ID, objectId: ADA.objectId }),
  },
  { name: 'a refresh', before: linked, run: search },
  {
    name: 'a refresh without rotation',
    before: async (scene) => {
      await linked(scene);
      scene.provider.rotates = false;
    },
    run: search,
  },
  {
    name: 'a refresh while the person signs out',
    before: async (scene) => {
      await linked(scene);
      const arm = scene.provider.issued;
      scene.provider.issued = async () => {
        scene.provider.issued = arm;
        await scene.store.links.unlink({ asker: ada, connectionId: 'wiki' }, Date.now());
        arm();
      };
    },
    run: search,
  },
  {
    name: 'single sign-on',
    connection: (provider) => ({ sso: sso(provider) }),
    run: (scene) => search(scene, 'token'),
  },
];

interface Outcome {
  calls: readonly string[];
  error: unknown;
  live: string[];
  revoked: string[];
  links: string[];
  /** In the store, wherever. */
  kept: string[];
  events: string[];
}

async function play(flow: Flow, failure: Failure | undefined): Promise<Outcome> {
  let provider: Provider | undefined;
  const connection = flow.connection?.(() => provider ?? new Provider()) ?? {};
  return withScene(failure, connection, async (scene) => {
    provider = scene.provider;
    const arm = () => scene.store.arm();
    scene.provider.issued = () => undefined;
    if (flow.before) {
      await flow.before(scene);
    }
    const discarding = scene.provider.issued;
    scene.provider.issued = async () => {
      await discarding();
      arm();
    };
    const error = await flow.run(scene).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    scene.store.heal();
    const [links, parked, queued] = [scene.kept('links'), scene.kept('parked'), scene.kept('revocations')];
    const { live, revoked } = scene.provider;
    const { calls } = scene.store;
    return {
      calls: calls(),
      error,
      live: [...live],
      revoked,
      links,
      kept: [...links, ...parked, ...queued],
      events: scene.events,
    };
  });
}

/** Every place at which a flow can meet a store that fails. */
async function places(flow: Flow): Promise<number[]> {
  const { calls, error } = await play(flow, undefined);
  expect(error === undefined || error instanceof SignInError).toBe(true);
  expect(calls.length).toBeGreaterThan(0);
  return calls.map((_, at) => at + 1);
}

test.each(FLOWS)(
  'T92: $name, and the store is gone right after: no token works that is in no place',
  async (flow) => {
    const all = await places(flow);
    const outcomes = await Promise.all(all.map((at) => play(flow, { at, times: 1_000, works: false })));
    for (const { live, kept, error } of outcomes) {
      expect(live.filter((token) => !kept.includes(token))).toEqual([]);
      expect([undefined, 'StoreError', 'SignInError']).toContain((error as Error | undefined)?.name);
    }
    // The first call after the exchange gives the tokens their place, and the log has what became of them.
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
    const calm = await play(flow, undefined);
    const all = await places(flow);
    for (const { live, kept, links, events } of await Promise.all(
      all.map((at) => play(flow, { at, times: 1, works: false })),
    )) {
      expect(live.filter((token) => !kept.includes(token))).toEqual([]);
      expect(links).toEqual(calm.links);
      expect(events).not.toContain('credential.not_stored');
    }
  },
  patient(60_000),
);

test.each(FLOWS)(
  'T90, T92: $name, and an answer of the store is lost: what was stored is not revoked',
  async (flow) => {
    const calm = await play(flow, undefined);
    const all = await places(flow);
    for (const { live, kept, links, revoked } of await Promise.all(
      all.map((at) => play(flow, { at, times: 1, works: true })),
    )) {
      expect(live.filter((token) => !kept.includes(token))).toEqual([]);
      expect(links).toEqual(calm.links);
      expect(links.filter((token) => revoked.includes(token) || !live.includes(token))).toEqual([]);
    }
  },
  patient(60_000),
);
