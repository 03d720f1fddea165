import type { InvokeResult, LinkRequest } from '../../page-api.ts';
import { renderCard, titleOf } from '../cards/attachment.ts';
import { endHint, promptLink } from '../cards/notices.ts';
import { byId, h } from '../dom/dom.ts';
import { icon } from '../dom/icons.ts';
import { announce } from '../dom/status.ts';
import { type Attachment, type Prompt, type Reply, readResponse, responseTo } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';
import { findUrls } from './urls.ts';

/** Teams' limit per message. */
const MAX_PREVIEWS = 5;

export interface LinkPreviewsOptions {
  ask(request: LinkRequest): Promise<InvokeResult>;
  signIn(url: URL, ended: (end: SignInEnd) => void): void;
  /** Moves the focus after a removal. */
  leave(): void;
}

/** Link unfurling: a card for each link that the bot knows. */
export class LinkPreviews {
  readonly #place = byId('link-previews');
  readonly #options: LinkPreviewsOptions;
  /** Every link, with its card if one can be sent. */
  #links = new Map<string, Attachment | undefined>();

  constructor(options: LinkPreviewsOptions) {
    this.#options = options;
  }

  get cards(): Attachment[] {
    return [...this.#links.values()].filter((card) => card !== undefined);
  }

  /** Looks links up at once after a paste, otherwise after a space. */
  read(text: string, pasted: boolean): void {
    for (const { url, to } of findUrls(text)) {
      const whole = pasted || /^\S*\s/.test(text.slice(to));
      if (!whole || this.#links.has(url) || this.#links.size >= MAX_PREVIEWS) continue;
      this.#links.set(url, undefined);
      const row = h('div', { class: 'link-preview' });
      this.#place.append(row);
      void this.#ask({ name: 'composeExtension/queryLink', url }, row);
    }
  }

  /** Ignores pending previews: the message is sent, or the user changed. */
  clear(): void {
    this.#links = new Map();
    this.#place.replaceChildren();
  }

  async #ask(request: LinkRequest, row: HTMLElement): Promise<void> {
    const response = await responseTo(this.#options.ask(request), readResponse);
    if (row.isConnected) this.#show(response, request, row);
  }

  // Without a card or sign-in, Teams shows a plain link.
  #show(response: Reply, request: LinkRequest, row: HTMLElement): void {
    if (response.type === 'result' && response.attachments[0])
      this.#showCard(response.attachments[0], request.url, row);
    else if (response.type === 'auth') this.#showSignIn(response, request, row);
    else row.remove();
  }

  #showCard(card: Attachment, url: string, row: HTMLElement): void {
    this.#links.set(url, card);
    const name = titleOf(card);
    const group = {
      class: 'card',
      role: 'group',
      'aria-label': `Preview: ${name ?? url}`,
      'data-testid': 'link-preview',
    };
    row.replaceChildren(h('div', group, renderCard(card)), this.#removeButton(url, row));
    announce('A preview of the link is in your message.');
  }

  #removeButton(url: string, row: HTMLElement): HTMLElement {
    const onclick = () => {
      // The entry prevents another lookup for this message.
      this.#links.set(url, undefined);
      row.remove();
      this.#options.leave();
    };
    const label = { 'aria-label': 'Remove the preview', 'data-testid': 'remove-preview' };
    return h('button', { class: 'icon-button', type: 'button', ...label, onclick }, icon('close'));
  }

  #showSignIn(response: Prompt, request: LinkRequest, row: HTMLElement): void {
    const ended = (end: SignInEnd) => {
      if (!row.isConnected) return;
      const hint = endHint(end);
      if (hint) return showHint(row, hint);
      this.#options.leave();
      void this.#ask({ ...request, ...(end.kind === 'success' && { state: end.state }) }, row);
    };
    const open = (url: URL) => this.#options.signIn(url, ended);
    const links = response.links.map((each) => promptLink(each, open, 'link-sign-in'));
    row.replaceChildren(h('p', { class: 'link-notice' }, icon('link'), ...links, ' to show a preview of this link.'));
    announce(row.textContent ?? '');
  }
}

function showHint(row: HTMLElement, hint: HTMLElement): void {
  row.querySelector('[data-testid=notice-hint]')?.remove();
  row.append(hint);
  announce(hint.textContent ?? '');
}
