import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT, read } from '../support/project/files.ts';
import { PROJECTS, parseJsonc, readProject, references } from '../support/project/toolkit.ts';

interface Task {
  label: string;
  type?: string;
  command?: string;
  dependsOn?: string[];
  args?: { env?: string; ports?: { writeToEnvironmentFile: Record<string, string> }[]; portOccupancy?: number[] };
  problemMatcher?: string | { background: { beginsPattern: string; endsPattern: string } };
}
interface Launch {
  configurations: { name: string; port?: number; url?: string; preLaunchTask?: string }[];
  compounds: { name: string; configurations: string[]; preLaunchTask: string }[];
}

const { tasks } = parseJsonc(read('.vscode/tasks.json')) as { tasks: Task[] };
const launch = parseJsonc(read('.vscode/launch.json')) as Launch;
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const labels = tasks.map(({ label }) => label);

test.each(readdirSync(join(ROOT, '.vscode')))('.vscode/%s is JSON in the syntax of Visual Studio Code', (name) => {
  expect(parseJsonc(read(`.vscode/${name}`))).toEqual(expect.any(Object));
});

test("the Toolkit's extension is recommended", () => {
  expect(parseJsonc(read('.vscode/extensions.json'))).toMatchObject({
    recommendations: expect.arrayContaining(['TeamsDevApp.ms-teams-vscode-extension']),
  });
});

describe('what F5 starts', () => {
  test('each named task and configuration exists, once, and each task is used', () => {
    const needed = new Set([
      ...tasks.flatMap(({ dependsOn = [] }) => dependsOn),
      ...launch.compounds.map((each) => each.preLaunchTask),
    ]);
    expect(labels.toSorted()).toEqual([...needed].toSorted());
    const names = launch.configurations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const configured = launch.compounds.flatMap(({ configurations }) => configurations);
    expect(configured.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('each npm script of a task or a step exists, and its file', () => {
    const steps = Object.keys(PROJECTS).flatMap((file) => Object.values(readProject(file)).flat());
    const fromSteps = steps.flatMap((step) => /^run ([\w:-]+)/.exec(String(step.with?.args))?.[1] ?? []);
    const fromTasks = tasks.flatMap(({ command }) => /^npm run ([\w:-]+)/.exec(command ?? '')?.[1] ?? []);
    expect(fromSteps).toEqual(expect.arrayContaining(['package', 'setup', 'stage', 'toolkit:secrets']));
    expect(fromTasks).toContain('dev:teamsfx');
    const run = [...fromSteps, ...fromTasks];
    expect(run.filter((name) => !scripts[name])).toEqual([]);
    const files = run.flatMap((name) => /^node (scripts\/\S+)/.exec(scripts[name] ?? '')?.[1] ?? []);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('each environment has a file', () => {
    const environments = tasks.flatMap(({ args }) => args?.env ?? []);
    const known = Object.values(PROJECTS);
    expect(environments.filter((name) => !known.includes(name))).toEqual([]);
    // `--env playground` would fall through to teamsapp.yml, whose deploy goes to Azure.
    expect(environments).toContain('testtool');
  });

  test('the tunnel writes the variables that teamsapp.local.yml reads, and Teams opens the app that it created', () => {
    const written = tasks
      .flatMap(({ args }) => args?.ports ?? [])
      .flatMap((port) => Object.values(port.writeToEnvironmentFile));
    expect(written.toSorted()).toEqual(['BOT_DOMAIN', 'BOT_ENDPOINT']);
    expect(references(read('teamsapp.local.yml'))).toContain('BOT_ENDPOINT');
    const urls = launch.configurations.flatMap(({ url }) => url ?? []);
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls)
      expect(url).toMatch(/^https:\/\/teams\.microsoft\.com\/l\/app\/\$\{\{(local|dev):TEAMS_APP_ID\}\}\?/);
  });

  test('the debugger attaches to the port that the bot opens', () => {
    const ports = launch.configurations.flatMap(({ port }) => port ?? []);
    expect(ports).toEqual([9239]);
    expect(read('scripts/dev-teamsfx.mjs')).toContain("default: '9239'");
    const forPlayground = readProject('teamsapp.testtool.yml').deploy?.at(-1)?.with.envs;
    expect(forPlayground).toMatchObject({ PORT: 3978, NODE_OPTIONS: '--inspect=9239' });
    const checked = tasks.flatMap(({ args }) => args?.portOccupancy ?? []);
    expect(checked).toEqual(expect.arrayContaining([3978, 9239]));
  });

  test('each pattern that VS Code waits for is a valid pattern', () => {
    const waits = tasks.flatMap(({ problemMatcher }) =>
      typeof problemMatcher === 'object' ? [problemMatcher.background] : [],
    );
    expect(waits.length).toBeGreaterThan(0);
    for (const { beginsPattern, endsPattern } of waits)
      expect([new RegExp(beginsPattern), new RegExp(endsPattern)]).toHaveLength(2);
  });
});
