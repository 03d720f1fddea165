import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pathsBelow, ROOT, read, settingsOfTheBot } from '../support/project/files.ts';
import { anchorsOf, blocksOf, commandsOf, PAGES, proseOf } from '../support/project/markdown.ts';

const pageOf = (path: string) => {
  const page = PAGES.find((each) => each.path === path);
  if (!page) throw new Error(`No page ${path}`);
  return page;
};
const blocks = PAGES.flatMap(blocksOf);
const unique = (values: Iterable<string>) => [...new Set(values)].toSorted();

describe('links', () => {
  const links = PAGES.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ from: page.path, target })),
  );
  const inside = links.filter(({ target }) => !/^[a-z]+:/.test(target));

  test.each(PAGES.map(({ path }) => path))('of %s lead to existing pages and headings', (path) => {
    const dead = inside
      .filter(({ from }) => from === path)
      .filter(({ from, target }) => {
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? from : normalize(join(dirname(from), file)).replaceAll('\\', '/');
        if (!existsSync(join(ROOT, to))) return true;
        return anchor !== undefined && !anchorsOf({ path: to, text: read(to) }).includes(anchor);
      });
    expect(dead).toEqual([]);
  });

  test('external links are https, except those to this machine', () => {
    const outside = links.filter(({ target }) => /^[a-z]+:/.test(target) && !target.startsWith('https://'));
    expect(outside.filter(({ target }) => !target.startsWith('http://localhost'))).toEqual([]);
  });

  const linkedFrom = (page: string) =>
    inside.filter(({ from }) => from === page).map(({ target }) => join(dirname(page), target.split('#')[0] ?? ''));

  test('the index of docs/ lists each page, and the README links to the index', () => {
    const docs = PAGES.map(({ path }) => path)
      .filter((path) => /^docs\/([^/]+|(adr|connect)\/README)\.md$/.test(path))
      .filter((path) => path !== 'docs/README.md');
    expect(docs.length).toBeGreaterThan(10);
    expect(docs.filter((path) => !linkedFrom('docs/README.md').includes(path))).toEqual([]);
    expect(linkedFrom('README.md')).toContain('docs/README.md');
  });

  test('the README is short', () => {
    const text = read('README.md');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
    expect([...text.matchAll(/!\[/g)].length).toBeLessThanOrEqual(2);
  });

  test('every preset is in the README', () => {
    const presets = readdirSync(join(ROOT, 'bot/presets')).map(
      (name) => `docs/connect/${name.replace('.json', '.md')}`,
    );
    expect(presets.length).toBeGreaterThan(10);
    expect(presets.filter((path) => !linkedFrom('README.md').includes(path))).toEqual([]);
  });

  test('the index of decisions lists each decision once and in order', () => {
    const decisions = PAGES.map(({ path }) => path).filter((path) => /^docs\/adr\/\d/.test(path));
    expect(linkedFrom('docs/adr/README.md')).toEqual(decisions.toSorted());
    const numbers = decisions.toSorted().map((path) => Number(/\d+/.exec(path)?.[0]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('each decision has its four sections, and at most 45 lines', () => {
    for (const page of PAGES.filter(({ path }) => /^docs\/adr\/\d/.test(path))) {
      const headings = [...page.text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      const lines = page.text.split('\n').length;
      expect([page.path, headings, lines <= 45]).toEqual([
        page.path,
        ['Status', 'Context', 'Decision', 'Consequences'],
        true,
      ]);
    }
  });
});

test('no page starts latchkey with npx, which outside the package asks the public registry for that name', () => {
  const bot = pathsBelow('bot').filter((path) => path.endsWith('.ts'));
  const messages = [...PAGES, ...bot.map((path) => ({ path, text: read(path) }))];
  expect(messages.filter(({ text }) => /\bnpx (?:-\S+ )*latchkey\b/.test(text)).map(({ path }) => path)).toEqual([]);
});

test.each(blocks.filter(({ language }) => language === 'json'))('the JSON at $at parses', ({ text }) => {
  expect(() => JSON.parse(text)).not.toThrow();
});

describe('settings', () => {
  const settings = settingsOfTheBot();

  test('docs/CONFIGURATION.md lists exactly these settings', () => {
    const [, section = ''] =
      /^## Environment variables$([\s\S]*?)^## /m.exec(pageOf('docs/CONFIGURATION.md').text) ?? [];
    const rows = [...section.matchAll(/^\| (`[A-Z][^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
    );
    expect(settings).toContain('STORE_URL');
    expect(unique(rows)).toEqual(settings);
  });

  test('.env.example lists exactly these settings, each once', () => {
    const lines = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
    expect(lines.toSorted()).toEqual(settings);
  });

  test('each variable on a page is one of them, or of the Toolkit, a connection or the tests', () => {
    const messages = [
      'env/.env.dev',
      'teamsapp.yml',
      'teamsapp.local.yml',
      'infra/azure.bicep',
      'deploy/compose.yaml',
      'connections.example.json',
      'scripts/toolkit-secrets.mjs',
    ].map(read);
    const examples = blocks.filter(({ language }) => language === 'json').map(({ text }) => text);
    const tests = ['test/support', 'test/soak', 'test/model', 'bench/harness', 'local/identity-provider']
      .flatMap(pathsBelow)
      .filter((path) => /\.(ts|mjs)$/.test(path))
      .map(read);
    const known = new Set(
      [...messages, ...examples, ...tests].flatMap((text) => text.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []),
    );
    const named = PAGES.filter(({ path }) => /^(docs\/|README)/.test(path)).flatMap((page) => [
      ...[...proseOf(page).matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`=]/g)].map(([, name = '']) => name),
      ...blocksOf(page)
        .filter(({ language }) => /^(sh|ini)$/.test(language))
        .flatMap(({ text }) => [...text.matchAll(/\$\{?([A-Z][A-Z_]+)|^(?:export )?([A-Z][A-Z_]+)=/gm)])
        .map(([, used, set]) => used ?? set ?? ''),
    ]);
    expect(named.length).toBeGreaterThan(50);
    // DOCTOR.md mentions the name of any secret, DEPLOY.md that of any variable, of one that is not read, and a user's
    // id. The command line reads LATCHKEY_TOKEN. The OpenTelemetry packages and Node read the others themselves.
    for (const name of [
      'SECRET_NAME',
      'NAME_FILE',
      'HTTP_PROXY',
      'USER_ID',
      'LATCHKEY_TOKEN',
      'OTEL_SERVICE_NAME',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_BSP_SCHEDULE_DELAY',
      'NODE_EXTRA_CA_CERTS',
    ])
      known.add(name);
    const isKnown = (name: string) => settings.includes(name) || known.has(name);
    // NAME_FILE is an alternative to NAME.
    const unknown = unique(named).filter((name) => !isKnown(name) && !isKnown(name.replace(/_FILE$/, '')));
    expect(unknown).toEqual([]);
  });
});

test('each npm script on a page exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = PAGES.filter(({ path }) => path !== 'bench/README.md').flatMap(({ text }) =>
    [...text.matchAll(/\bnpm run (?:-\S+ )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(unique(named).filter((name) => !(name in scripts))).toEqual([]);
});

test('git ignores each file with secrets that the pages tell people to write', () => {
  const { text } = pageOf('docs/DEPLOY.md');
  const written = [...text.matchAll(/^install -m 6\d\d .*?(\S+) \/etc\/latchkey\//gm)].map(([, name = '']) => name);
  expect(written).toEqual(['latchkey.env', 'connections.json']);
  const secrets = [
    ...written,
    'env/.env.local.user',
    'env/.env.dev.user',
    '.localConfigs',
    'data/latchkey.db',
    'latchkey.db',
  ];
  const committed = ['env/.env.dev', 'connections.example.json', 'connections.teams.json', 'local/connections.json'];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-ignored-'));
  try {
    execFileSync('git', ['init', '-q', folder]);
    copyFileSync(join(ROOT, '.gitignore'), join(folder, '.gitignore'));
    const { stdout } = spawnSync('git', ['check-ignore', ...secrets, ...committed], { cwd: folder, encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual(secrets);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('DEPLOY.md lists every file of deploy/', () => {
  const { text } = pageOf('docs/DEPLOY.md');
  expect(readdirSync(join(ROOT, 'deploy')).filter((name) => !text.includes(`deploy/${name}`))).toEqual([]);
});

describe('docs/TROUBLESHOOTING.md', () => {
  const page = pageOf('docs/TROUBLESHOOTING.md');
  const code = [...page.text.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

  test('names checks that the doctor has', () => {
    const ids = new Set([...pageOf('docs/DOCTOR.md').text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id));
    const named = code.filter((text) => /^[a-z]+(-[a-z]+)+$/.test(text));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('names events that exist', () => {
    const events = read('bot/sign-in/audit/security-events.ts');
    const named = code.filter((text) => /^[a-z]+\.[a-z_]+$/.test(text));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((event) => !events.includes(`'${event}'`))).toEqual([]);
  });

  test('quotes the messages exactly', () => {
    const message = ['bot/teams/locales/en.ts', 'auth-page/locales/en.ts', 'local/supervise.ts'].map(read).join('\n');
    const spoken = [
      ...[...page.text.matchAll(/"([^"\n]+)"/g)].map(([, text = '']) => text),
      ...[...page.text.matchAll(/^\| \*([^*\n]+)\*/gm)].map(([, text = '']) => text),
    ];
    const pieces = spoken.flatMap((text) => text.split(/…|, as |"/)).map((piece) => piece.trim());
    const long = pieces.filter((piece) => piece.split(' ').length > 3);
    expect(long.length).toBeGreaterThan(6);
    expect(long.filter((piece) => !message.includes(piece))).toEqual([]);
  });

  test('has an answer to each complaint of its table', () => {
    const rows = [...page.text.matchAll(/^\| .+ \| \[(\d+)\]\(#(\d+)-/gm)].map(([, shown, to]) => [shown, to]);
    const sections = [...page.text.matchAll(/^## (\d+)\. /gm)].map(([, number]) => [number, number]);
    expect(rows).toEqual(sections);
    expect(rows.length).toBeGreaterThanOrEqual(10);
  });
});

test('docs/USERS.md quotes the messages exactly', () => {
  const messages = ['bot/teams/locales/en.ts', 'auth-page/locales/en.ts'].map(read).join('\n');
  const [, section = ''] = /^## If it does not work$([\s\S]*?)^## /m.exec(pageOf('docs/USERS.md').text) ?? [];
  const cells = [...section.matchAll(/^\| (\*[^|]+) \|/gm)].map(([, cell = '']) => cell);
  const pieces = cells
    .flatMap((cell) => [...cell.matchAll(/\*([^*]+)\*/g)].flatMap(([, text = '']) => text.split('…')))
    .map((piece) => piece.trim())
    .filter(Boolean);
  expect(pieces.length).toBeGreaterThan(10);
  expect(pieces.filter((piece) => !messages.includes(piece))).toEqual([]);
});

describe('diagrams', () => {
  const diagrams = blocks.filter(({ language }) => language === 'mermaid');
  const TYPES = ['flowchart', 'sequenceDiagram', 'erDiagram', 'stateDiagram-v2', 'classDiagram'];

  test.each(diagrams)('at $at has a type that exists', ({ text }) => {
    expect(TYPES).toContain(/^\S+/.exec(text)?.[0]);
  });

  test.each(diagrams.filter(({ text }) => text.startsWith('sequence')))(
    'at $at has only declared participants, and closes each block',
    ({ text }) => {
      const names = [...text.matchAll(/^ *(?:participant|actor) (\w+)/gm)].map(([, name]) => name);
      const lines = [...text.matchAll(/^ *(\w+) *-?->>(\w+): \S/gm)];
      expect(lines.length).toBeGreaterThan(5);
      expect(unique(lines.flatMap(([, from = '', to = '']) => [from, to]))).toEqual(unique(names.map(String)));
      const opened = text.match(/^ *(opt|alt|loop|par)\b/gm)?.length ?? 0;
      expect(text.match(/^ *end$/gm)?.length ?? 0).toBe(opened);
    },
  );

  test('the diagram of the store has every table of the schema, and only existing columns', () => {
    const er = diagrams.find(({ text }) => text.startsWith('erDiagram'))?.text ?? '';
    const schema = read('bot/store/sqlite/database.ts');
    const tables = new Map(
      [...schema.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\) WITHOUT ROWID/g)].map(([, name = '', body = '']) => [
        name,
        body + (new RegExp(`ALTER TABLE ${name} ADD COLUMN (\\w+)`).exec(schema)?.[1] ?? ''),
      ]),
    );
    const drawn = [...er.matchAll(/^ {2}([A-Z]+) \{\n([\s\S]*?)^ {2}\}/gm)];
    expect(unique(drawn.map(([, name = '']) => name.toLowerCase()))).toEqual(unique(tables.keys()));
    const wrong = drawn.flatMap(([, name = '', body = '']) =>
      [...body.matchAll(/^ +\w+ (\w+)/gm)]
        .map(([, column = '']) => `${name.toLowerCase()}.${column}`)
        .filter((place) => !new RegExp(`\\b${place.split('.')[1]}\\b`).test(tables.get(name.toLowerCase()) ?? '')),
    );
    expect(wrong).toEqual([]);
    const kept = [...pageOf('docs/ARCHITECTURE.md').text.matchAll(/^\| `(\w+)` \| /gm)].map(([, name = '']) => name);
    expect(unique(kept)).toEqual(unique(tables.keys()));
  });

  test('an arrow between two folders is an import that exists', () => {
    const parts = diagrams.find(({ text }) => text.includes('index.ts: environment'))?.text ?? '';
    const names: Record<string, string[]> = {};
    for (const [, id = '', label = ''] of parts.matchAll(/(\w+)\["([^":]+):/g)) names[id] = label.split(', ');
    const files = (name: string) =>
      name.endsWith('/')
        ? pathsBelow(`bot/${name.slice(0, -1)}`).filter((path) => path.endsWith('.ts'))
        : [`bot/${name}`];
    const arrows = [...parts.matchAll(/(\w+)(?:\["[^"]*"\])? --> (\w+)/g)];
    expect(arrows.length).toBeGreaterThan(8);
    const missing = arrows.filter(([, from = '', to = '']) => {
      const text = (names[from] ?? []).flatMap(files).map(read).join('\n');
      return !(names[to] ?? []).some((name) => text.includes(`/${name}`));
    });
    expect(missing.map(([arrow]) => arrow)).toEqual([]);
  });
});

test('no command on a page of docs/ has an ellipsis', () => {
  const commands = PAGES.filter(({ path }) => path.startsWith('docs/')).flatMap(commandsOf);
  expect(commands.filter((line) => line.includes('…'))).toEqual([]);
});
