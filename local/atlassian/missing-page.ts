import { html } from '../identity-provider/pages/html.ts';
import type { Page } from '../identity-provider/pages/pages.ts';

export function missingPage(): Page {
  return {
    title: 'Not found',
    body: html`<h1>You can’t view this</h1>
<p>It may have been deleted, or you don’t have permission to view it. If only some people may view it, sign in with
Latchkey in this browser first.</p>`,
  };
}
