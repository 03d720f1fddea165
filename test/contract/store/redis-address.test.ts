import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ignoringDurability, parseRedisAddress } from '../../../bot/store/redis/keys.ts';
import { redisStore } from '../../../bot/store/redis/redis-store.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { freePorts } from '../../../local/processes.ts';
import { startRedisCluster } from '../../support/redis/cluster.ts';
import { DURABLE, type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';

const open = (url: string) => redisStore(url, { warn: () => undefined });

describe('the address of a Redis', () => {
  test('has one host or several, with one user for all', () => {
    expect(parseRedisAddress('rediss://user:p%40ss@one:7001,two:7002/3?durability=ignore')).toEqual({
      seeds: ['rediss://user:p%40ss@one:7001/3', 'rediss://user:p%40ss@two:7002/3'],
      hosts: 'one:7001,two:7002',
      mayLose: true,
    });
    expect(parseRedisAddress('redis://[::1]:6379')).toEqual({
      seeds: ['redis://[::1]:6379'],
      hosts: '[::1]:6379',
      mayLose: false,
    });
    expect(parseRedisAddress('redis://:secret@redis.example.com')?.seeds).toEqual([
      'redis://:secret@redis.example.com',
    ]);
  });

  test.each([
    'sqlite:./data/latchkey.db',
    'http://one:6379',
    'redis://',
    'redis://one:6379,',
    'redis://one:port',
    'redis://one:6379,two:99999',
    'redis://one two:6379',
  ])('is not %s', (url) => {
    expect(parseRedisAddress(url)).toBeUndefined();
  });

  test('can state that a loss is accepted, also beside other options', () => {
    for (const url of ['redis://one', 'redis://one?family=6', 'redis://one?durability=check']) {
      expect(parseRedisAddress(url)?.mayLose).toBe(false);
      expect(parseRedisAddress(ignoringDurability(url))?.mayLose).toBe(true);
    }
  });
});

describeWithRedis('a Redis that cannot be reached', () => {
  let locked: RedisServer;
  let tlsPort: number;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-tls-'));

  beforeAll(async () => {
    const { certificate, privateKey } = makeCertificate();
    writeFileSync(join(folder, 'certificate.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), privateKey);
    [tlsPort = 0] = await freePorts(1);
    const pem = ['--tls-cert-file', join(folder, 'certificate.pem'), '--tls-key-file', join(folder, 'key.pem')];
    const tls = ['--tls-port', String(tlsPort), ...pem, '--tls-auth-clients', 'no'];
    locked = await startRedis([...DURABLE, '--requirepass', 'right', ...tls]);
  });
  afterAll(async () => {
    await locked.stop();
    rmSync(folder, { recursive: true });
  });

  const LOCKED = (userinfo = '') => `redis://${userinfo}127.0.0.1:${locked.port}`;
  test.each<[says: string, url: () => string, message: string | RegExp]>([
    [
      'no server listens',
      () => 'redis://user:secret@127.0.0.1:1',
      'The Redis store at 127.0.0.1:1 cannot be reached: no server listens there (ECONNREFUSED)',
    ],
    ['the host is unknown', () => 'redis://redis.invalid:6379', /: the host name .+ \((ENOTFOUND|EAI_AGAIN)\)$/],
    ['it wants a password', LOCKED, ': the server wants a password (NOAUTH)'],
    [
      'it does not accept the password, without the password itself',
      () => LOCKED(':wrong@'),
      /^The Redis store at 127\.0\.0\.1:\d+ cannot be reached: the server does not accept the user or password \(WRONGPASS\)/,
    ],
    ['it speaks TLS', () => `redis://:right@127.0.0.1:${tlsPort}`, 'If it speaks TLS, use rediss://'],
    ['it does not speak TLS', () => LOCKED(':right@').replace('redis', 'rediss'), /use redis:\/\//i],
    [
      'its certificate is not trusted',
      () => `rediss://:right@localhost:${tlsPort}`,
      ': the certificate of the server is not',
    ],
    [
      'which of several hosts fails how',
      () => `redis://127.0.0.1:1,127.0.0.1:${locked.port}`,
      /127\.0\.0\.1:1: no server listens there \(ECONNREFUSED\); 127\.0\.0\.1:\d+: the server wants a password \(NOAUTH\)/,
    ],
  ])('the error says: %s', async (_, url, message) => {
    await expect(open(url())).rejects.toThrow(message);
  });

  test('the error says that it does not answer in time', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((listening) => silent.once('listening', listening));
    const { port } = silent.address() as { port: number };
    await expect(open(`rediss://127.0.0.1:${port}`)).rejects.toThrow('the server does not answer in time');
    silent.close();
  });
});

describeWithRedis('several hosts in the address of a Redis', () => {
  test('are servers of a cluster: any that runs is enough to find it', async () => {
    const cluster = await startRedisCluster();
    try {
      const hosts = cluster.servers.map(({ port }) => `127.0.0.1:${port}`);
      await cluster.servers[0]?.kill();
      const store = await open(`redis://127.0.0.1:1,${hosts.join()}`);
      await store.ping();
      await store.close();
    } finally {
      await cluster.stop();
    }
  });

  test('are refused for a server that is not in a cluster', async () => {
    const alone = await startRedis();
    try {
      await expect(open(`${alone.url},127.0.0.1:1`)).rejects.toThrow('several hosts are for a cluster');
    } finally {
      await alone.stop();
    }
  });
});
