import type { Fault } from '../../../local/identity-provider/test-endpoints/faults.ts';
import { CLIENT, TENANTS } from '../../../local/people.ts';
import { type ConnectionId, eventually, type World } from '../world/world.ts';

/** The issuer of each connection for Contoso's people. */
export function issuerOf(world: World, connection: ConnectionId = 'wiki'): string {
  return world.identityProviderUrl + (connection === 'wiki' ? `/${TENANTS.contoso}/v2.0` : '/plain');
}

/** The number of requests of a kind that reached the identity provider, at any issuer, with any response: `token`
 * for all grants, `token:refresh_token`, `revocation`, `authorization`, `introspection`. Without a kind: all. */
export async function providerRequests(world: Pick<World, 'identityProviderUrl'>, kind?: string): Promise<number> {
  const { issuers } = (await (await fetch(`${world.identityProviderUrl}/__stats`)).json()) as {
    issuers: Record<string, Record<string, { ok: number; refused: number }>>;
  };
  const counts = Object.values(issuers).flatMap((kinds) => Object.entries(kinds));
  return counts
    .filter(([name]) => kind === undefined || name === kind || name.startsWith(`${kind}:`))
    .reduce((sum, [, { ok, refused }]) => sum + ok + refused, 0);
}

/** Makes the identity provider fail; an empty fault ends all. */
export function orderProviderFault(world: World, fault: Partial<Fault>): Promise<void> {
  return orderFault(world.identityProviderUrl, fault);
}

/** Makes the stand-in at this origin fail; an empty fault ends all. */
export async function orderFault(origin: string, fault: Partial<Fault>): Promise<void> {
  const { status } = await fetch(`${origin}/__fault`, { method: 'POST', body: JSON.stringify(fault) });
  if (status !== 200) throw new Error(`${origin} refused the fault: ${status}`);
}

/** Whether the identity provider still honours a refresh token (RFC 7662). */
export async function isHonoured(world: World, connection: ConnectionId, token: string | undefined): Promise<boolean> {
  if (token === undefined) throw new Error('There is no token to ask about');
  const { status, body } = await asClient(world, connection, 'token/introspection', { token });
  if (status !== 200) throw new Error(`Introspection answered ${status}`);
  return body.active === true;
}

/** Waits until the identity provider no longer honours a refresh token. */
export async function untilRevoked(world: World, connection: ConnectionId, token: string | undefined): Promise<void> {
  await eventually(
    () => isHonoured(world, connection, token),
    (honoured) => !honoured,
  );
}

/** Posts a form to an endpoint of the identity provider with the bot's own client credentials. */
export async function asClient(
  world: World,
  connection: ConnectionId,
  endpoint: 'token' | 'token/introspection' | 'token/revocation',
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const inBody = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
  const response = await fetch(`${issuerOf(world, connection)}/${endpoint}`, {
    method: 'POST',
    headers: connection === 'wiki' ? {} : { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ ...(connection === 'wiki' && inBody), ...form }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}
