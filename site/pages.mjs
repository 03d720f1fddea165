// The pages of the site, by reader. A page of docs/ that no group names stops the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths from the project's root. A folder stands for its README.md, with the folder's other pages below it. A page that does
 * not exist is left out. */
const READERS = [
  { text: 'Users', pages: ['README.md', 'docs/README.md', 'docs/USERS.md', 'docs/QUICKSTART.md'] },
  {
    text: 'Administrators',
    pages: [
      ...['docs/TEAMS.md', 'docs/AZURE.md', 'docs/DEPLOY.md', 'docs/CONNECT.md', 'docs/connect/', 'docs/SIGN-IN.md'],
      ...['docs/SECURITY.md', 'docs/MONITORING.md', 'docs/TROUBLESHOOTING.md', 'docs/DOCTOR.md'],
    ],
  },
  { text: 'Developers', pages: ['CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/PROTOCOL.md', 'docs/adr/'] },
  {
    text: 'Reference',
    pages: [
      'docs/CONFIGURATION.md',
      'docs/SOURCES.md',
      'docs/HTTP.md',
      'docs/OAUTH2.md',
      'docs/GLOSSARY.md',
      'SECURITY.md',
    ],
  },
];

/** Headings that do not tell in a list which page they are of. */
const TITLES = { 'README.md': 'Overview', 'docs/README.md': 'Contents', 'SECURITY.md': 'Report a vulnerability' };

/** @param {string} root the project's folder
 * @throws {Error} if a page of docs/ is in no group */
export function sidebarOf(root) {
  const groups = READERS.map(({ text, pages }) => ({ text, items: pages.flatMap((path) => itemsOf(root, path)) }));
  const listed = new Set(
    groups.flatMap(({ items }) => items.flatMap((item) => [item, ...(item.items ?? [])])).map(({ path }) => path),
  );
  const missing = pagesBelow(root, 'docs').filter((path) => !listed.has(path));
  if (missing.length > 0) throw new Error(`Add to a group of site/pages.mjs: ${missing.join(', ')}`);
  return groups;
}

function itemsOf(root, path) {
  if (!path.endsWith('/')) return existsSync(join(root, path)) ? [itemOf(root, path)] : [];
  if (!existsSync(join(root, path))) return [];
  const pages = pagesBelow(root, path.slice(0, -1)).filter((page) => page !== `${path}README.md`);
  return [{ ...itemOf(root, `${path}README.md`), collapsed: true, items: pages.map((page) => itemOf(root, page)) }];
}

function itemOf(root, path) {
  const [, heading = path] = /^# (.+)$/m.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  return { path, text: TITLES[path] ?? heading.replaceAll('`', ''), link: `/${addressOf(path)}` };
}

function pagesBelow(root, folder) {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const pages = names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
  return pages.filter((path) => path.endsWith('.md')).sort();
}

/** A README.md is the index of its folder. All other pages keep their path, so that links between pages work as on GitHub.
 * @param {string} path of a page, from the project's root */
export function addressOf(path) {
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/** @param {string} path from the project's root */
export function isPage(path) {
  return /^(?:README|CONTRIBUTING|SECURITY)\.md$|^docs\/.*\.md$/.test(path);
}
