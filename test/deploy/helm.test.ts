import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { freePorts, startProcess } from '../../local/processes.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import { CHART, helm, type Manifest, ofKind, only, podOf, render, typeErrors } from '../support/project/chart.ts';
import { instructionsOf } from '../support/project/dockerfile.ts';
import { read, settingsOfTheBot } from '../support/project/files.ts';
import { describeWithHelm } from '../support/requirements.ts';

const VALUES = ['least-values.yaml', 'all-values.yaml', 'sqlite-values.yaml'];

describeWithHelm('deploy/helm/latchkey', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-chart-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = (change: string[], values = 'least-values.yaml') => {
    const { code, stderr } = helm(['template', 'search', CHART, '-f', join(CHART, 'ci', values), ...change]);
    expect([change, code]).toEqual([change, 1]);
    return stderr;
  };

  test('this test covers each values file of ci/', () => {
    expect(readdirSync(join(CHART, 'ci')).toSorted()).toEqual(VALUES.toSorted());
  });

  test.each(VALUES)('%s: Helm finds no fault in the chart', (values) => {
    const { code, stdout, stderr } = helm(['lint', '--strict', CHART, '-f', join(CHART, 'ci', values)]);
    expect([code, stderr, /\[(WARNING|ERROR)\]/.test(stdout)]).toEqual([0, '', false]);
  });

  test.each(VALUES)('%s: each object matches its Kubernetes type, without unknown fields', (values) => {
    expect(typeErrors(render(values))).toEqual([]);
  });

  test('control: a misspelt field or a field of another type is found', () => {
    const spoilt = (change: (manifests: Manifest[]) => void) => {
      const manifests = render('least-values.yaml');
      change(manifests);
      return typeErrors(manifests).join('\n');
    };
    const misspelt = spoilt((manifests) => Object.assign(podOf(manifests).container, { readynessProbe: {} }));
    expect(misspelt).toMatch(/readynessProbe.* does not exist in type 'Container'/);
    const deployment = (manifests: Manifest[]) => only(manifests, 'Deployment').spec ?? {};
    expect(spoilt((manifests) => Object.assign(deployment(manifests), { replicas: '2' }))).toContain(
      "'string' is not assignable",
    );
    expect(spoilt((manifests) => Reflect.deleteProperty(deployment(manifests), 'selector'))).toContain(
      "'selector' is missing",
    );
  });

  test('minimal values: no Ingress, autoscaler, policy, monitor or volume claim', () => {
    const kinds = render('least-values.yaml').map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
  });

  test('no object is a Secret, and none contains a secret’s value', () => {
    for (const values of VALUES) {
      const manifests = render(values);
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
      expect(podOf(manifests).container.envFrom).toEqual([{ secretRef: { name: 'latchkey' } }]);
      const named = podOf(manifests).container.env?.map(({ name }) => name);
      expect(named?.filter((name) => /(PASSWORD|SECRET|KEYS)$/.test(name))).toEqual([]);
    }
  });

  test('the pods run as the image’s user, who can write to no file of the image and has no capability', () => {
    const [, uid, gid] = /^(\d+):(\d+)$/.exec(
      String(instructionsOf(read('deploy/Dockerfile')).findLast(({ name }) => name === 'USER')?.text),
    ) ?? ['', '', ''];
    for (const values of VALUES) {
      const { spec, container } = podOf(render(values));
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: Number(uid),
        runAsGroup: Number(gid),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(spec.automountServiceAccountToken).toBe(false);
    }
  });

  test('a pod has enough time to drain after every Service has removed it', () => {
    const { spec, container } = podOf(render('least-values.yaml'));
    const drain = Number(/DRAIN_TIMEOUT_MS = (\d+)_000;/.exec(read('bot/app.ts'))?.[1]);
    const before = Number(/}, (\d+)\)$/.exec(String(container.lifecycle?.preStop?.exec?.command?.[2]))?.[1]) / 1000;
    expect(before).toBeGreaterThan(0);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + drain + 10);
    expect(refusal(['--set', 'terminationGracePeriodSeconds=24'])).toContain('must be at least preStopSeconds + 20');
  });

  test('the bot starts with the pod’s environment and files, and answers every probe at its port', async () => {
    const manifests = render('least-values.yaml', ['--set', 'metrics.enabled=true']);
    const { container, spec } = podOf(manifests);
    const mount = String(container.volumeMounts?.find(({ name }) => name === 'connections')?.mountPath);
    const configMap = only(manifests, 'ConfigMap');
    const volume = spec.volumes?.find(({ name }) => name === 'connections');
    expect(volume?.configMap?.name).toBe(configMap.metadata?.name);
    const etc = join(folder, mount);
    mkdirSync(etc, { recursive: true });
    for (const [name, text] of Object.entries(configMap.data ?? {})) writeFileSync(join(etc, name), text);
    const [http = 0, metrics = 0] = await freePorts(2);
    const stated: Record<string, string> = Object.fromEntries(
      (container.env ?? []).map(({ name, value = '' }) => [name, value.replace(mount, etc)]),
    );
    const ports = Object.fromEntries((container.ports ?? []).map(({ name, containerPort }) => [name, containerPort]));
    expect([stated.PORT, stated.METRICS_PORT]).toEqual([String(ports.http), String(ports.metrics)]);
    // The content of the Secret in ci/least-values.yaml.
    const secret = {
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      STORE_URL: `sqlite:${join(folder, 'latchkey.db')}`,
      BOT_PASSWORD: 'x',
      WIKI_CLIENT_SECRET: 'x',
    };
    const env = { ...secret, ...stated, PORT: String(http), METRICS_PORT: String(metrics) };
    const bot = await startProcess({ name: 'bot of the chart', script: BOT_SCRIPT, env });
    try {
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        const { path, port } = container[probe]?.httpGet ?? {};
        expect([probe, port]).toEqual([probe, 'http']);
        expect([probe, (await fetch(`http://127.0.0.1:${http}${path}`)).status]).toEqual([probe, 200]);
      }
      expect((await fetch(`http://127.0.0.1:${metrics}/metrics`)).status).toBe(200);
      expect(bot.output()).not.toContain('is not a variable of Latchkey');
    } finally {
      expect(await bot.stop()).toBe(0);
    }
  });

  test('Services, monitor, budget, policy and autoscaler select the pods; the metrics have their own Service', () => {
    const manifests = render('all-values.yaml');
    const matchLabels = only(manifests, 'Deployment').spec?.selector.matchLabels;
    expect(podOf(manifests).metadata.labels).toMatchObject(matchLabels ?? {});
    const services = ofKind(manifests, 'Service');
    expect(services.map(({ spec }) => [spec?.selector, spec?.ports?.map(({ name }) => name)])).toEqual([
      [matchLabels, ['http']],
      [matchLabels, ['metrics']],
    ]);
    const monitor = only(manifests, 'ServiceMonitor').spec;
    const watched = services.filter(({ metadata }) =>
      Object.entries(monitor.selector.matchLabels).every(([name, value]) => metadata?.labels?.[name] === value),
    );
    expect(watched.map(({ spec }) => spec?.ports?.[0]?.name)).toEqual([monitor.endpoints[0]?.port]);
    // The alerts use this job name.
    expect(watched.map(({ metadata }) => metadata?.labels?.[monitor.jobLabel])).toEqual(['latchkey']);
    expect(only(manifests, 'PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(matchLabels);
    expect(only(manifests, 'NetworkPolicy').spec?.podSelector.matchLabels).toEqual(matchLabels);
    const { metadata, spec } = only(manifests, 'Deployment');
    const target = only(manifests, 'HorizontalPodAutoscaler').spec?.scaleTargetRef;
    expect(target).toMatchObject({ kind: 'Deployment', name: metadata?.name });
    // Otherwise Helm would reset the autoscaler's number at each upgrade.
    expect(spec).not.toHaveProperty('replicas');
    const [rule] = only(manifests, 'Ingress').spec?.rules ?? [];
    const backend = rule?.http?.paths[0]?.backend.service?.name;
    expect([rule?.host, backend]).toEqual(['latchkey.example.com', services[0]?.metadata?.name]);
  });

  test('workload identity: the service account has the annotation, the pod the label', () => {
    const manifests = render('all-values.yaml');
    const account = only(manifests, 'ServiceAccount');
    const { metadata, spec } = podOf(manifests);
    expect(account.metadata?.annotations).toHaveProperty(['azure.workload.identity/client-id']);
    expect(metadata.labels).toMatchObject({ 'azure.workload.identity/use': 'true' });
    expect(spec.serviceAccountName).toBe(account.metadata?.name);
  });

  test('a changed connections.json starts new pods; an unchanged one does not', () => {
    const checksum = (change: string[] = []) =>
      podOf(render('least-values.yaml', change)).metadata.annotations?.['checksum/connections'];
    expect(checksum()).toMatch(/^[0-9a-f]{64}$/);
    expect(checksum()).toBe(checksum());
    expect(checksum(['--set', 'connections[0].title=Other'])).not.toBe(checksum());
  });

  test('a SQLite store allows one pod, which stops before the next one starts', () => {
    const manifests = render('sqlite-values.yaml');
    expect(only(manifests, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(podOf(manifests).container.env).toContainEqual({ name: 'STORE_URL', value: 'sqlite:/app/data/latchkey.db' });
    expect(only(manifests, 'PersistentVolumeClaim').metadata?.annotations).toMatchObject({
      'helm.sh/resource-policy': 'keep',
    });
    for (const change of ['replicaCount=2', 'autoscaling.enabled=true'])
      expect(refusal(['--set', change], 'sqlite-values.yaml')).toContain('a SQLite store for one pod');
  });

  test.each([
    ['a secret among the settings', 'env.BOT_PASSWORD=x', "'BOT_PASSWORD'"],
    ['the keys among the settings', 'env.ENCRYPTION_KEYS=x', "'ENCRYPTION_KEYS'"],
    ['plain http', 'baseUrl=http://latchkey.example.com', 'baseUrl'],
    ['an address with a path', 'baseUrl=https://latchkey.example.com/x', 'baseUrl'],
    ['no Secret', 'existingSecret=', 'existingSecret'],
    ['no image', 'image.repository=', 'repository'],
    ['a value that does not exist', 'replicas=2', 'replicas'],
    ['the port of the bot for the metrics', 'metrics.port=3978', 'port'],
    ['no connections', 'connections=null', 'connections'],
    ['fewer pods at most than at least', 'autoscaling.enabled=true,autoscaling.minReplicas=9', 'minReplicas'],
  ])('refused before the upgrade: %s', (_, change, named) => {
    expect(refusal(['--set', change])).toContain(named);
  });

  test('every setting of the bot can be set, except secrets and those that the chart sets', () => {
    const setByChart = /^(PORT|BASE_URL|CONNECTIONS_FILE|METRICS_PORT|STORE_URL|ENCRYPTION_KEYS)$/;
    const isFree = (name: string) => !setByChart.test(name) && !/(PASSWORD|SECRET|TOKEN)$/.test(name);
    const settings = settingsOfTheBot().filter(isFree);
    expect(settings).toContain('TRUSTED_PROXIES');
    const values = settings.map((name) => `env.${name}=x`);
    const { env } = podOf(render('least-values.yaml', ['--set-string', values.join()])).container;
    expect(env?.map(({ name }) => name)).toEqual(expect.arrayContaining(settings));
  });
});

describe('the chart’s version', () => {
  test('of the app is the one of package.json, so that the default tag is the image of this code', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(parse(read('deploy/helm/latchkey/Chart.yaml'))).toMatchObject({ name: 'latchkey', appVersion: version });
  });
});
