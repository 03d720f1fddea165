import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../local/processes.ts';
import { startProgram } from '../process/program.ts';
import { findProgram } from '../requirements.ts';

interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

interface RuleState {
  name: string;
  health: string;
  lastError?: string;
}

/** A real Prometheus that scrapes one address each half second, as the job `latchkey`, with these rules. */
export interface Prometheus {
  /** @throws {Error} for a query that it cannot read */
  query(query: string): Promise<Sample[]>;
  rules(): Promise<RuleState[]>;
  stop(): Promise<void>;
}

export async function startPrometheus(target: string, rulesFile: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-prometheus-'));
  const [port = 0] = await freePorts(1);
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    rule_files: [rulesFile],
    scrape_configs: [{ job_name: 'latchkey', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML, too.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  };
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
  const program = await startProgram(findProgram('prometheus') ?? 'prometheus', args, { cwd: folder }, isReady);
  return {
    async query(query) {
      const { result } = (await ask(`query?${new URLSearchParams({ query })}`)) as { result: Sample[] };
      return result;
    },
    async rules() {
      const { groups } = (await ask('rules')) as { groups: { rules: RuleState[] }[] };
      return groups.flatMap(({ rules }) => rules);
    },
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
