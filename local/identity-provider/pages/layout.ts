import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { LocalIssuer } from '../issuers.ts';
import { Html, html } from './html.ts';
import type { Page } from './pages.ts';
import { STYLE } from './style.ts';

interface Rendered {
  headers: Record<string, string>;
  body: string;
}

/** @param coop sends the header that cuts a pop-up off from its opener, as some providers do */
export function render(issuer: LocalIssuer, page: Page, coop: boolean): Rendered {
  const style = `:root { --brand: ${issuer.colour}; }${STYLE}`;
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // No `form-action`: browsers apply it to the redirect to the client too.
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(coop ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    },
    body: layout(issuer, page, style).text,
  };
}

export function send(response: ServerResponse, status: number, { headers, body }: Rendered): void {
  response.writeHead(status, headers).end(body);
}

function layout(issuer: LocalIssuer, { title, body }: Page, style: string): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${issuer.title}</title><style>${new Html(style)}</style></head>
<body><main><p class="brand"><span aria-hidden="true">${issuer.title.slice(0, 1)}</span>${issuer.title}</p>
${body}</main></body></html>
`;
}
