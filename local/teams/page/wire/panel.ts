import type { ChatActivity, Exchange } from '../../page-api.ts';
import { byId, h } from '../dom/dom.ts';
import type { WindowMessage } from '../sign-in/window.ts';
import { jsonView } from './json-view.ts';
import { describe, nameOf } from './words.ts';

/** Invokes to the bot and messages of the sign-in window, newest first. */
export class WirePanel {
  readonly #rows = byId('wire-rows');
  #count = 0;

  constructor() {
    byId('wire-clear').addEventListener('click', () => {
      this.#rows.replaceChildren();
      this.#countTo(0);
    });
    this.#countTo(0);
  }

  addInvoke(result: Exchange<ChatActivity>): void {
    const { request, status, outcome, ms } = result;
    const good = status === 200;
    const badge = h('span', { class: good ? 'badge badge-good' : 'badge badge-bad' }, String(status ?? outcome));
    const time = h('span', { class: 'wire-ms' }, `${ms} ms`);
    this.#add(
      'invoke',
      nameOf(request),
      describe(request, result.body),
      [time, badge],
      [
        part('Request', `POST ${result.url}`, result.requestHeaders, request),
        part('Answer', status === undefined ? `None (${outcome})` : `Status ${status}`, result.body),
      ],
    );
  }

  addWindowMessage({ from, func, args, reply }: WindowMessage): void {
    const text = from === 'teams' ? 'Teams tells the sign-in window' : 'the sign-in window tells Teams';
    const about = reply ? 'the sign-in window asks Teams → answered' : text;
    const parts = [part('Arguments', func, args), ...(reply ? [part('Answer', 'args', reply)] : [])];
    this.#add('window', func, about, [], parts);
  }

  #add(kind: string, name: string, about: string, badges: HTMLElement[], parts: HTMLElement[]): void {
    const summary = h(
      'summary',
      {},
      h('span', { class: 'wire-name' }, name),
      h('span', { class: 'wire-about' }, about),
      ...badges,
    );
    const row = { class: 'wire-row', 'data-testid': 'wire-row', 'data-kind': kind };
    this.#rows.prepend(h('li', row, h('details', {}, summary, ...parts)));
    this.#countTo(this.#count + 1);
  }

  #countTo(count: number): void {
    this.#count = count;
    byId('wire-count').textContent = count ? String(count) : '';
    byId('wire-empty').hidden = count > 0;
    byId<HTMLButtonElement>('wire-clear').disabled = count === 0;
  }
}

function part(title: string, line: string, ...values: unknown[]): HTMLElement {
  const head = h('h3', {}, title, h('code', {}, line));
  return h('section', { class: 'wire-part' }, head, ...values.map(jsonView));
}
