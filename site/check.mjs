// Checks the built pages: links and anchors lead somewhere, and a page loads nothing from another server.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Parser } from 'htmlparser2';

/** Attributes that make a browser load something. */
const LOADED = {
  script: 'src',
  img: 'src',
  link: 'href',
  source: 'src',
  iframe: 'src',
  video: 'src',
  audio: 'src',
  object: 'data',
};

/** @param {string} folder of the built site
 * @param {string} base the path of its first page, with a slash at the end
 * @returns {string[]} */
export function faultsOf(folder, base) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const pages = new Map(files.filter((name) => name.endsWith('.html')).map((name) => [name, read(folder, name)]));
  const faults = [];
  for (const [name, { links, loads }] of pages) {
    for (const address of loads) if (isElsewhere(address)) faults.push(`${name} loads ${address}`);
    for (const href of links) if (isDead(name, href)) faults.push(`${name}: dead link ${href}`);
  }
  for (const name of files.filter((each) => each.endsWith('.css'))) {
    const loads = readFileSync(join(folder, name), 'utf8').matchAll(
      /(?:url\(|@import)\s*["']?((?:https?:)?\/\/[^"')]+)/g,
    );
    for (const [, address] of loads) faults.push(`${name} loads ${address}`);
  }
  return faults;

  function isDead(from, href) {
    if (isElsewhere(href) || /^[a-z]+:/.test(href)) return false;
    const [path = '', anchor] = decodeURI(href).split('#');
    const absolute =
      path === '' ? from : path.startsWith('/') ? withoutBase(path) : posix.join(posix.dirname(from), path);
    if (absolute === undefined) return true;
    const file = absolute === '' || absolute.endsWith('/') ? `${absolute}index.html` : absolute;
    const page = pages.get(file);
    if (!page) return !existsSync(join(folder, file));
    return anchor !== undefined && anchor !== '' && !page.ids.has(anchor);
  }

  function withoutBase(path) {
    return path.startsWith(base) ? path.slice(base.length) : undefined;
  }
}

function isElsewhere(address) {
  return /^(?:https?:)?\/\//.test(address);
}

function read(folder, name) {
  const page = { links: [], loads: [], ids: new Set() };
  const parser = new Parser({
    onopentag(tag, { id, href, ...attributes }) {
      if (id) page.ids.add(id);
      if (tag === 'a' && href) page.links.push(href);
      const loaded = LOADED[tag] === 'href' ? href : attributes[LOADED[tag]];
      if (loaded) page.loads.push(loaded);
    },
  });
  parser.end(readFileSync(join(folder, name), 'utf8'));
  return page;
}
