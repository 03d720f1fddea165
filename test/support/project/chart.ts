import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type {
  ConfigMap,
  Container,
  PersistentVolumeClaim,
  PodSpec,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.d.ts';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import { parseAllDocuments } from 'yaml';
import { findProgram } from '../requirements.ts';
import { ROOT } from './files.ts';

export const CHART = join(ROOT, 'deploy/helm/latchkey');

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The kinds of the chart. {@link typeErrors} checks that they have these types. */
interface Kinds {
  ConfigMap: ConfigMap;
  Deployment: Deployment;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Ingress: Ingress;
  NetworkPolicy: NetworkPolicy;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PodDisruptionBudget: PodDisruptionBudget;
  Service: Service;
  ServiceAccount: ServiceAccount;
  /** Of the Prometheus Operator. */
  ServiceMonitor: {
    spec: { jobLabel: string; selector: { matchLabels: Record<string, string> }; endpoints: { port: string }[] };
  };
}

/** Helm's own report on the chart with these values. */
export function helm(args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(findProgram('helm') ?? 'helm', args, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The objects that Helm would apply. @param values a file of the chart's folder ci/ @param change such as `--set`
 * @throws {Error} with Helm's message */
export function render(values: string, change: readonly string[] = []): Manifest[] {
  const { code, stdout, stderr } = helm(['template', 'search', CHART, '-f', join(CHART, 'ci', values), ...change]);
  if (code !== 0) throw new Error(stderr);
  const documents = parseAllDocuments(stdout);
  const problems = documents.flatMap(({ errors }) => errors);
  if (problems[0]) throw problems[0];
  return documents.map((document) => document.toJS() as Manifest).filter(Boolean);
}

export function ofKind<K extends keyof Kinds>(manifests: readonly Manifest[], kind: K): Kinds[K][] {
  return manifests.filter((manifest) => manifest.kind === kind) as unknown as Kinds[K][];
}

/** The one object of a kind. */
export function only<K extends keyof Kinds>(manifests: readonly Manifest[], kind: K): Kinds[K] {
  const [found, ...others] = ofKind(manifests, kind);
  if (!found || others.length > 0) throw new Error(`${others.length + Number(Boolean(found))} of ${kind}`);
  return found;
}

/** The Deployment's pods, and their one container. */
export function podOf(manifests: readonly Manifest[]): { metadata: ObjectMeta; spec: PodSpec; container: Container } {
  const { metadata, spec } = only(manifests, 'Deployment').spec?.template ?? {};
  const [container, ...others] = spec?.containers ?? [];
  if (!metadata || !spec || !container || others.length > 0) throw new Error('no pod with one container');
  return { metadata, spec, container };
}

/** TypeScript's errors for these objects as literals of their Kubernetes types: wrong types, missing fields and
 * unknown fields. Leaves out the kinds of other projects (CRDs). */
export function typeErrors(manifests: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-manifests-'));
  try {
    const known = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'));
    const lines = known.map((manifest, at) => {
      const { apiVersion, kind } = manifest;
      const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
      const type = `import('kubernetes-types/${group.split('.')[0]}/${version}').${kind}`;
      return `export const object${at}: ${type} & { apiVersion: string; kind: string } = ${JSON.stringify(manifest)};`;
    });
    writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
    const compilerOptions = {
      strict: true,
      noEmit: true,
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      paths: { 'kubernetes-types/*': [join(ROOT, 'node_modules/kubernetes-types/*')] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['manifests.ts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    return stdout.trim().split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
