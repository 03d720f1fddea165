import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { faultsOf } from '../check.mjs';
import { slugify, useDiagrams, useInertText, useProjectLinks } from '../markdown.mjs';
import { addressOf, isPage, sidebarOf } from '../pages.mjs';

const site = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(site);
const { DOCS_BASE, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA = 'main' } = process.env;
/** GitHub Pages serves a project below its name. */
const base = `/${DOCS_BASE ?? ''}/`.replaceAll(/\/+/g, '/');
/** GitHub Actions sets these variables. Elsewhere the repository's address is not known. */
const repository = GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
const icon = `data:image/svg+xml,${encodeURIComponent(readFileSync(`${root}/auth-page/icon.svg`, 'utf8'))}`;
const sidebar = sidebarOf(root);
/** @type {Set<string>} */
const faults = new Set();

export default defineConfig({
  lang: 'en',
  title: 'Latchkey',
  description: 'Search what is locked behind a login, from Microsoft Teams, with your own account.',
  base,
  head: [['link', { rel: 'icon', href: icon }]],
  srcDir: root,
  srcExclude: ['!(docs)/**/*.md', '!(README|CONTRIBUTING|SECURITY).md'],
  rewrites: (path) => addressOf(path),
  // The demo's addresses.
  ignoreDeadLinks: 'localhostLinks',
  outDir: `${root}/dist/docs`,
  markdown: {
    anchor: { slugify },
    // Text in braces is text, as on GitHub.
    attrs: { disable: true },
    config(md) {
      const files = repository && `${repository}/blob/${GITHUB_SHA}`;
      for (const use of [useDiagrams, useInertText]) use(md);
      useProjectLinks(md, { root, repository: files, faults });
    },
  },
  themeConfig: {
    logo: icon,
    search: { provider: 'local' },
    outline: [2, 3],
    nav: sidebar.map(({ text, items: [first] }) => ({ text, link: first?.link ?? '/' })),
    sidebar,
    ...(repository && { socialLinks: [{ icon: 'github', link: repository }] }),
  },
  vite: {
    // Not the .env of the bot.
    envDir: site,
    plugins: [{ name: 'vue-of-site', enforce: 'pre', resolveId: vueOfSite }],
  },
  transformPageData({ filePath }) {
    if (!isPage(filePath)) throw new Error(`${filePath} is no page of the site`);
  },
  buildEnd({ outDir }) {
    const all = [...faults, ...faultsOf(outDir, base)];
    if (all.length > 0) throw new Error(`The site has faults:\n${all.join('\n')}`);
  },
});

/** Pages are outside site/, where Vue is not found. The code that renders them runs in site/ and finds it. */
function vueOfSite(id, _importer, { ssr }) {
  return ssr && /^vue(?:\/server-renderer)?$/.test(id) ? { id, external: true } : undefined;
}
