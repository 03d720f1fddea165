import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { BOT_ID, TENANTS } from '../../../local/people.ts';
import { listen } from '../../../local/teams/listen.ts';
import { run } from '../../support/process/command.ts';

// In its own process, because Jest cannot load the library.
const SCRIPT = `
  const { botCredentials } = await import('./dist/bot/teams/auth/bot-credentials.js');
  const [id, tenantId] = process.argv.slice(1);
  const factory = botCredentials({ id, tenantId, type: 'UserAssignedMSI' });
  const credentials = await factory.createCredentials(id, 'https://api.botframework.com', 'https://login.microsoftonline.com/x', true);
  console.log(await credentials.getToken());
  process.exit();
`;

test('T48: the library requests the token of a managed identity without the proxy of HTTP_PROXY', async () => {
  const [endpoint, proxy] = await Promise.all([listen(0), listen(0)]);
  const asked: string[] = [];
  endpoint.server.on('request', ({ url, headers }, response) => {
    asked.push(`${String(url).split('?')[0]} ${headers['x-identity-header']}`);
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'a-token-of-the-identity', expires_on, resource: 'x' }));
  });
  const proxied: string[] = [];
  proxy.server.on('request', ({ url }, response) => {
    proxied.push(String(url));
    response.writeHead(502).end();
  });
  try {
    const { stdout, stderr } = await run(
      process.execPath,
      ['--input-type=module', '-e', SCRIPT, BOT_ID, TENANTS.contoso],
      {
        cwd: join(import.meta.dirname, '../../..'),
        env: {
          IDENTITY_ENDPOINT: `http://127.0.0.1:${endpoint.port}/msi/token`,
          IDENTITY_HEADER: 'a-secret-of-the-platform',
          HTTP_PROXY: proxy.origin,
          HTTPS_PROXY: proxy.origin,
        },
      },
    );
    expect([stderr, stdout]).toEqual(['', 'a-token-of-the-identity\n']);
    expect(new Set(asked)).toEqual(new Set(['/msi/token a-secret-of-the-platform']));
    expect(proxied).toEqual([]);
  } finally {
    await Promise.all([endpoint.close(), proxy.close()]);
  }
});
