import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFree } from '../../../local/processes.ts';
import { patient } from '../patience.ts';
import { eventually } from '../world/world.ts';

const root = join(import.meta.dirname, '../../..');

/** A command that was started, and its output so far. */
export interface Started {
  child: ChildProcess;
  output(): string;
  /** Its output on standard error. */
  errors(): string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
  /** SIGTERM, and waits. */
  stop(): Promise<number | null>;
}

export function startCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd = root,
): Started {
  const child = spawn(command, [...args], { cwd, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
  let [output, errors] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const stop = () => {
    child.kill();
    return ended;
  };
  return { child, output: () => output, errors: () => errors, ended, stop };
}

/** Waits for a text in the output of a command. @throws {Error} with the whole output, if it ends first */
export async function untilMessage(started: Started, text: RegExp): Promise<void> {
  const gone = started.ended.then((code) => {
    throw new Error(`The command ended with ${code}:\n${started.output()}`);
  });
  await Promise.race([eventually(started.output, (output) => text.test(output), patient(60_000)), gone]);
}

/** The first of three free ports in a row. */
export async function freeRow(): Promise<number> {
  const [first = 0] = await portsInRow(3);
  return first;
}

/** Free ports in a row, between those of `freePorts` and those that the system assigns. */
export async function portsInRow(length: number): Promise<number[]> {
  const first = 30_000 + Math.floor(Math.random() * 2_500);
  const ports = Array.from({ length }, (_, at) => first + at);
  return (await areFree(ports)).every(Boolean) ? ports : portsInRow(length);
}

export function areFree(ports: readonly number[]): Promise<boolean[]> {
  return Promise.all(ports.map(isFree));
}

/** The real Agents Playground, with the project's own .m365agentsplayground.yml. It sends no telemetry, and opens no
 * browser. */
export async function startPlayground(botPort: number, port: number, folder: string): Promise<Started> {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/package.json')),
    'cli.js',
  );
  const endpoint = `http://localhost:${botPort}/api/messages`;
  const args = [cli, '-e', endpoint, '-c', 'msteams', '-p', String(port), '--disable-telemetry'];
  const started = startCommand(process.execPath, args, {
    TEAMSAPPTESTER_BROWSER: 'none',
    M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, 'playground.log'),
    APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  });
  await untilMessage(started, /Listening on \d+/);
  return started;
}

/** Its page, as a person uses it. */
export class PlaygroundPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the search command from the compose box. */
  async openSearch(): Promise<void> {
    await this.page.getByRole('button', { name: 'Trigger Message Extension App' }).click();
    await this.page.getByRole('menuitem', { name: 'Search Command' }).click();
    await this.page.getByPlaceholder('Enter a search term').waitFor();
  }

  /** Types the values that the manifest would contain. */
  async name(command: string, parameter: string): Promise<void> {
    if (!(await this.page.getByPlaceholder('Command ID').isVisible())) {
      await this.page.getByRole('button', { name: 'Specify Command ID or Parameter' }).click();
    }
    await this.page.getByPlaceholder('Command ID').fill(command);
    await this.page.getByPlaceholder('Parameter name').fill(parameter);
  }

  /** Pastes a search: one invoke. The Playground sends an invoke for each key, and on a busy machine these can arrive in
   * another order. */
  async search(text: string): Promise<void> {
    const box = this.page.getByPlaceholder('Enter a search term');
    await box.fill('');
    await box.fill(text);
  }

  /** The text in place of results, once it contains these words. */
  async text(wanted: string): Promise<string> {
    const text = this.page.locator('.fui-PopoverSurface').getByText(wanted);
    await text.waitFor();
    return text.innerText();
  }

  /** The row of a result. */
  result(title: string) {
    return this.page.locator('.fui-PopoverSurface').getByRole('heading', { name: title, exact: true });
  }
}
