import { orderProviderFault, providerRequests } from '../provider/provider-view.ts';
import { eventually, type World } from './world.ts';

/** The provider issues tokens, and holds its response until `meanwhile` is done. @returns the result of `ask` */
export async function onceIssued<T>(
  world: World,
  kind: 'authorization_code' | 'refresh_token',
  ask: () => Promise<T>,
  meanwhile: () => unknown,
): Promise<T> {
  const issued = await providerRequests(world, `token:${kind}`);
  await orderProviderFault(world, { endpoint: 'token', mode: 'hold' });
  const response = ask();
  await eventually(
    () => providerRequests(world, `token:${kind}`),
    (count) => count > issued,
  );
  await meanwhile();
  await orderProviderFault(world, {});
  return response;
}

/** The nonces of the sign-ins whose refresh token still works at the identity provider. */
export async function liveSignIns(world: World): Promise<string[]> {
  return (await (await fetch(`${world.identityProviderUrl}/__live`)).json()) as string[];
}
