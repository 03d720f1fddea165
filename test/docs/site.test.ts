import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium.ts';
import { patient } from '../support/patience.ts';
import { type CommandResult, run } from '../support/process/command.ts';
import { ROOT } from '../support/project/files.ts';
import { blocksOf, PAGES } from '../support/project/markdown.ts';
import { describeWithChromium, describeWithSite } from '../support/requirements.ts';

/** The site that `npm run docs` builds. */
const TIMEOUT = patient(100_000);
const ORIGIN = 'https://docs.example';
const VITEPRESS = 'site/node_modules/vitepress/bin/vitepress.js';
const listed = PAGES.map(({ path }) => path).filter((path) =>
  /^(README|CONTRIBUTING|SECURITY|docs\/.*)\.md$/.test(path),
);
const built = (path: string) => path.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');
const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-site-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function build(root: string, outDir: string, env: Record<string, string> = {}): Promise<CommandResult> {
  return run(process.execPath, [VITEPRESS, 'build', 'site', '--outDir', outDir], { cwd: root, env });
}

describeWithSite('the documentation site', () => {
  let out: string;
  let result: CommandResult;
  beforeAll(async () => {
    out = newFolder();
    result = await build(ROOT, out, {
      DOCS_BASE: '/latchkey',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'contoso/latchkey',
      GITHUB_SHA: '0123abc',
    });
  }, TIMEOUT);

  test('builds without a fault', () => {
    expect(result).toMatchObject({ code: 0 });
  });

  test('has every page of docs/, and the project’s own', () => {
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((path) => !existsSync(join(out, built(path))))).toEqual([]);
  });

  test('links to files of the project in the repository, at the commit of the build', () => {
    const html = readFileSync(join(out, 'docs/ARCHITECTURE.html'), 'utf8');
    expect(html).toMatch(/href="https:\/\/github\.example\/contoso\/latchkey\/blob\/0123abc\/(?:bot|test)\/[\w/.-]+"/);
    expect(html).not.toMatch(/href="[^"]*\.(?:ts|mjs)"(?<!blob[^"]*")/);
  });

  describeWithChromium('in a browser', () => {
    let browser: Browser;
    let page: Page;
    const elsewhere: string[] = [];
    const errors: string[] = [];
    beforeAll(async () => {
      browser = await launchChromium();
      page = await browser.newPage();
      page.setDefaultTimeout(patient(20_000));
      page.on('pageerror', (error) => errors.push(error.message));
      await page.route('**/*', async (route) => {
        const { origin, pathname } = new URL(route.request().url());
        const path = join(
          out,
          decodeURI(pathname)
            .replace(/^\/latchkey\//, '')
            .replace(/(^|\/)$/, '$1index.html'),
        );
        if (origin !== ORIGIN) elsewhere.push(route.request().url());
        if (origin !== ORIGIN || !existsSync(path)) return route.fulfill({ status: 404 });
        return route.fulfill({ path });
      });
    });
    afterEach(() => {
      expect({ elsewhere, errors }).toEqual({ elsewhere: [], errors: [] });
    });
    afterAll(() => browser?.close());

    test('a search finds a page', async () => {
      await page.goto(`${ORIGIN}/latchkey/`);
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.getByRole('searchbox').fill('encryption key');
      await page.locator('a.result', { hasText: 'Rotate the key' }).click();
      await page.waitForURL(/\/docs\/SECURITY\.html#rotate-the-key$/);
    });

    test('every diagram is drawn, in light and dark', async () => {
      for (const path of PAGES.filter((each) => listed.includes(each.path))) {
        const count = blocksOf(path).filter(({ language }) => language === 'mermaid').length;
        if (count === 0) continue;
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.goto(`${ORIGIN}/latchkey/${built(path.path)}`);
          await page.waitForFunction((wanted) => document.querySelectorAll('.diagram svg').length === wanted, count);
        }
      }
    });
  });
});

describeWithSite('a site with a fault is not built', () => {
  async function buildOf(files: Record<string, string>): Promise<CommandResult> {
    const root = newFolder();
    cpSync(join(ROOT, 'site'), join(root, 'site'), {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    });
    symlinkSync(join(ROOT, 'site/node_modules'), join(root, 'site/node_modules'), 'junction');
    mkdirSync(join(root, 'auth-page'));
    cpSync(join(ROOT, 'auth-page/icon.svg'), join(root, 'auth-page/icon.svg'));
    for (const [path, text] of Object.entries({ 'README.md': '# One\n', 'docs/USERS.md': '# Two\n', ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return build(root, join(root, 'out'));
  }

  test.each([
    ['a link to a file that does not exist', { 'README.md': '[a](docs/GONE.md)' }, 'README.md: no file docs/GONE.md'],
    [
      'a link to a heading that does not exist',
      { 'README.md': '[a](docs/USERS.md#gone)' },
      'dead link /docs/USERS.html#gone',
    ],
    [
      'a picture of another server',
      { 'README.md': '<img src="https://cdn.example/a.png">' },
      'loads https://cdn.example/a.png',
    ],
    ['a page that no reader is given', { 'docs/NEW.md': '# New' }, 'Add to a group of site/pages.mjs: docs/NEW.md'],
  ])(
    '%s',
    async (_, files, fault) => {
      const { code, stdout, stderr } = await buildOf(files);
      expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(fault)]);
    },
    TIMEOUT,
  );

  test(
    'control: without a fault it is built, and braces are text',
    async () => {
      const { code } = await buildOf({
        'README.md': '# One\n\n{{ 1 + 1 }} `{{ 2 }}` [two](docs/USERS.md#two) [icon](auth-page/icon.svg)',
      });
      expect(code).toBe(0);
      const html = readFileSync(join(folders.at(-1) ?? '', 'out/index.html'), 'utf8');
      expect(html).toContain('{{ 1 + 1 }}');
      // Without a repository, a link to a file is plain text.
      expect(html).not.toContain('icon.svg');
    },
    TIMEOUT,
  );
});
