import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/** `@microsoft/agents-hosting` 1.8.1 hard-codes the addresses of the Connector's keys and of Entra's tokens. This
 * answers both on loopback, once. The package caches them, as in production. */
export function standInForMicrosoft(keysUrl: string): void {
  const { request } = https;
  const redirected = (options: https.RequestOptions, ...rest: unknown[]) =>
    options.hostname === 'login.botframework.com'
      ? http.request(keysUrl, ...(rest as [() => void]))
      : Reflect.apply(request, https, [options, ...rest]);
  https.request = redirected as typeof https.request;
  syncBuiltinESMExports();
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname !== 'login.microsoftonline.com') return fetch(input, init);
    if (!url.pathname.endsWith('/oauth2/v2.0/token')) throw new Error(`Nothing stands in for ${url.href}`);
    return Response.json({ token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399, access_token: 'bench' });
  };
}
