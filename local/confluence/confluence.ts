import type { Product } from '../atlassian/product.ts';
import { type LocalAccount, plain } from '../identity-provider/issuers.ts';
import { html } from '../identity-provider/pages/html.ts';
import { confluenceApi, refuse } from './api.ts';
import type { Page } from './page.ts';

export function createConfluence(pages: readonly Page[]): Product {
  const visibleTo = (account: LocalAccount | undefined) =>
    pages.filter((page) => page.visibleTo === undefined || (account && page.visibleTo.includes(account.person)));
  return {
    issuer: plain('/confluence', 'Confluence stand-in', '#1868db'),
    cookie: 'confluence_session',
    api: (request) => confluenceApi(visibleTo(request.account), request),
    refuseQuery: (message) => refuse(400, message),
    page: ({ pathname, searchParams }, account) => {
      const [, inPath] = /^\/spaces\/[^/]+\/pages\/(\d+)(?:\/|$)/.exec(pathname) ?? [];
      const id = pathname === '/pages/viewpage.action' ? searchParams.get('pageId') : inPath;
      const found = visibleTo(account).find((page) => page.id === id);
      if (found === undefined) return undefined;
      const { title, space, by, edited, body } = found;
      const paragraphs = body.split('\n').map((text) => html`<p>${text}</p>`);
      const byline = `${space.name} · ${by}, ${edited.slice(0, 10)}`;
      return { title, body: html`<h1>${title}</h1><p class="soft">${byline}</p>${paragraphs}` };
    },
  };
}
