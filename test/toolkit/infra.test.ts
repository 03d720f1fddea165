import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { appSettings, parseBicep, strip } from '../support/project/bicep.ts';
import { read, settingsOfTheBot } from '../support/project/files.ts';
import { readEnvironment, readProject, references } from '../support/project/toolkit.ts';

// No test compiles Bicep. These tests compare the files with their surroundings (see infra/README.md).
const FILES = ['infra/azure.bicep', 'infra/redis.bicep', 'infra/botRegistration/azurebot.bicep'];
const main = parseBicep(read('infra/azure.bicep'));
const settings = appSettings(read('infra/azure.bicep'));
const parameters = JSON.parse(read('infra/azure.parameters.json')).parameters as Record<string, { value: unknown }>;

describe('infra/*.bicep', () => {
  test.each(FILES)('%s: brackets match, and every name is declared', (file) => {
    const { declared } = parseBicep(read(file));
    const ofBicep = ['if', 'resourceGroup', 'tenant', 'subscriptionResourceId', 'guid', 'empty', 'uriComponent'];
    const known = new Set([...declared, ...ofBicep]);
    // The first part of a member access or a call.
    const used = [...strip(read(file)).matchAll(/(?<![.\w@])([a-z]\w*)(?=[.(])/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  test('each parameter has a value, and no other name has', () => {
    const required = [...main.params].filter(([, { required }]) => required).map(([name]) => name);
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
    expect(Object.keys(parameters).filter((name) => !main.params.has(name))).toEqual([]);
  });

  test('a secret is a secure parameter, and no output contains it', () => {
    const secret = Object.entries(parameters).filter(([, { value }]) => String(value).includes('SECRET_'));
    expect(secret.map(([name]) => name)).toEqual(['signInClientSecret', 'encryptionKeys']);
    for (const [name] of secret) expect([name, main.params.get(name)?.secure]).toEqual([name, true]);
    const outputs = read('infra/azure.bicep').match(/^output .*$/gm) ?? [];
    expect(outputs.filter((line) => /encryptionKeys|signInClientSecret|storeUrl|listKeys/.test(line))).toEqual([]);
  });

  test('each module gets exactly the parameters that it needs', () => {
    expect(main.modules.map(({ path }) => path)).toEqual(['./redis.bicep', './botRegistration/azurebot.bicep']);
    for (const { path, params } of main.modules) {
      const module = parseBicep(read(join('infra', path)));
      expect([path, params.toSorted()]).toEqual([path, [...module.params.keys()].toSorted()]);
    }
  });

  test('each output that is read later exists, and env/.env.dev has a line for it', () => {
    const later = references(JSON.stringify(readProject('teamsapp.yml').deploy)).concat(
      references(read('aad.manifest.json')),
    );
    const needed = later.filter((name) => name.startsWith('BOT_'));
    expect(needed.toSorted()).toEqual(['BOT_AZURE_APP_SERVICE_RESOURCE_ID', 'BOT_DOMAIN']);
    expect(main.outputs).toEqual(expect.arrayContaining([...needed, 'BOT_ID', 'BOT_ENDPOINT', 'BOT_TENANT_ID']));
    expect(Object.keys(readEnvironment('dev'))).toEqual(expect.arrayContaining(main.outputs));
  });
});

describe('the Redis that the template creates', () => {
  const redis = read('infra/redis.bicep');

  test('has no public address', () => {
    expect(redis.match(/publicNetworkAccess: .*/g)).toEqual(["publicNetworkAccess: 'Disabled'"]);
  });

  test('is reached through a private endpoint, whose name resolves in the network of the web app', () => {
    expect(redis).toMatch(/privateLinkServiceId: cluster\.id\s+groupIds: \[\s+'redisEnterprise'\s+\]/);
    expect(redis).toContain("name: 'privatelink.redis.azure.net'");
    expect(redis).toMatch(/privateDnsZoneId: zone\.id/);
    const subnets = [...redis.matchAll(/name: '(\w+)'\s+properties: \{\s+addressPrefix: '([\d.]+\/\d+)'/g)];
    expect(subnets.map(([, name, range]) => [name, range])).toEqual([
      ['web', '10.0.0.0/26'],
      ['redis', '10.0.0.64/26'],
    ]);
    expect(redis).toContain("serviceName: 'Microsoft.Web/serverFarms'");
    expect(read('infra/azure.bicep')).toContain(
      'virtualNetworkSubnetId: empty(storeUrl) ? redis!.outputs.webSubnetId : null',
    );
  });
});

describe('app settings', () => {
  const forTheBot = [...settings.keys()].filter((name) => !/^(WEBSITE|SCM)_/.test(name));

  test('the bot or its connections file reads each of them as a variable', () => {
    const connections = read(String(readEnvironment('dev').CONNECTIONS_FILE));
    const named = [...connections.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)].map(([, name = '']) => name);
    const known = new Set([...settingsOfTheBot(), ...named]);
    expect(known.has('STORE_URL') && known.has('PORT')).toBe(true);
    expect(forTheBot.filter((name) => !known.has(name))).toEqual([]);
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  });

  test('secrets are references into the vault, which has an entry for each', () => {
    const references = [...settings].filter(([, value]) => value.includes('@Microsoft.KeyVault('));
    expect(references.map(([name]) => name)).toEqual(['STORE_URL', 'ENCRYPTION_KEYS', 'AAD_APP_CLIENT_SECRET']);
    const entries = [...read('infra/azure.bicep').matchAll(/vaults\/secrets@[\s\S]*?name: '([\w-]+)'/g)].map(
      ([, name]) => name,
    );
    const wanted = references.map(([, value]) => /secrets\/([\w-]+)\)'$/.exec(value)?.[1]);
    expect(wanted.filter((name) => !entries.includes(name))).toEqual([]);
    const plain = [...settings].filter(([, value]) => /\b(encryptionKeys|signInClientSecret|storeUrl)\b/.test(value));
    expect(plain).toEqual([]);
  });

  test('the agent that records URLs, with their tickets, is not attached', () => {
    expect([...settings.keys()].filter((name) => /APPLICATIONINSIGHTS|ApplicationInsightsAgent/i.test(name))).toEqual(
      [],
    );
    const categories = read('infra/azure.bicep').match(/category: '\w+'/g);
    expect(categories).toEqual([
      "category: 'AppServiceConsoleLogs'",
      "category: 'AppServicePlatformLogs'",
      "category: 'AllMetrics'",
    ]);
  });
});
