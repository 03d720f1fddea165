// Makes VitePress read Markdown as GitHub does: links to files, anchors of headings and diagrams.
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { addressOf, isPage } from './pages.mjs';

/** GitHub's ids of headings. VitePress numbers equal ones in the same way. */
export function slugify(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** A link to a page leads to the page. A link to another file of the project leads to the repository, and becomes plain text
 * where its address is not known.
 * @param {import('markdown-it').default} md
 * @param {{ root: string, repository: string | undefined, faults: Set<string> }} site collects dead links in `faults` */
export function useProjectLinks(md, { root, repository, faults }) {
  md.core.ruler.push('project_links', ({ tokens, env }) => {
    const from = env.realPath ?? env.path;
    for (const token of tokens) {
      if (token.type === 'inline') token.children = linked(token.children, (href) => addressFrom(from, href));
    }
  });

  /** @returns the link's address on the site; `undefined` for plain text */
  function addressFrom(from, href) {
    if (/^(?:[a-z]+:|#)/.test(href)) return href;
    const [file = '', anchor] = decodeURI(href).split('#');
    const target = resolve(dirname(from), file);
    const path = relative(root, target).replaceAll('\\', '/');
    if (path.startsWith('..') || !existsSync(target)) {
      faults.add(`${relative(root, from)}: no file ${href}`);
      return undefined;
    }
    const suffix = anchor === undefined ? '' : `#${anchor}`;
    const page = existsSync(join(target, 'README.md')) ? join(path, 'README.md').replaceAll('\\', '/') : path;
    if (isPage(page)) return `/${addressOf(page)}${suffix}`;
    return repository && `${repository}/${path}${suffix}`;
  }
}

function linked(tokens, addressOfLink) {
  const isOpenLinkKept = [];
  return tokens.filter((token) => {
    if (token.type === 'link_close') return isOpenLinkKept.pop();
    if (token.type !== 'link_open') return true;
    const address = addressOfLink(token.attrGet('href') ?? '');
    if (address !== undefined) token.attrSet('href', address);
    isOpenLinkKept.push(address !== undefined);
    return address !== undefined;
  });
}

/** Text and inline code are no templates: Vue would evaluate two braces.
 * @param {import('markdown-it').default} md */
export function useInertText(md) {
  const { rules } = md.renderer;
  for (const name of ['text', 'code_inline']) {
    const render = rules[name];
    rules[name] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
}

/** @param {import('markdown-it').default} md */
export function useDiagrams(md) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...more) => {
    const { info, content } = tokens[index];
    if (info.trim() !== 'mermaid') return fence(tokens, index, ...more);
    return `<Diagram source="${encodeURIComponent(content)}" />`;
  };
}
