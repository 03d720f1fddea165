import type { Command, InvokeResult, TaskRequest } from '../../page-api.ts';
import { renderCard } from '../cards/attachment.ts';
import { endHint, handleNotice, loadingRows } from '../cards/notices.ts';
import { h } from '../dom/dom.ts';
import { announce } from '../dom/status.ts';
import { type Attachment, type Reply, responseTo } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';
import { Modal } from './modal.ts';
import { readTask, type TaskResponse } from './task-answers.ts';

interface TaskModuleOptions {
  ask(request: TaskRequest): Promise<InvokeResult>;
  signIn(url: URL, ended: (end: SignInEnd) => void): void;
  place(card: Attachment): void;
  closed(): void;
}

/** Shows the bot's responses, and sends it the dialog's buttons. */
export class TaskModule {
  readonly #options: TaskModuleOptions;
  readonly #modal: Modal;
  #turn = 0;

  constructor(options: TaskModuleOptions) {
    this.#options = options;
    this.#modal = new Modal(() => {
      this.#turn += 1;
      options.closed();
    });
  }

  open({ id, title }: Command): void {
    this.#modal.open(title);
    this.#modal.show(loadingRows());
    void this.#ask({ name: 'composeExtension/fetchTask', commandId: id });
  }

  close(): void {
    this.#modal.close();
  }

  async #ask(request: TaskRequest): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#modal.busy = true;
    const response = await responseTo(this.#options.ask(request), readTask);
    if (turn === this.#turn) this.#show(response, request);
  }

  #show(response: TaskResponse, request: TaskRequest): void {
    if (response.type === 'card') this.#showCard(response, request.commandId);
    else if (response.type === 'text') this.#showText(response.text);
    else if (response.type === 'end') this.close();
    else if (response.type === 'result') this.#place(response.attachments[0]);
    else this.#showNotice(response, request);
  }

  #showCard({ title, width, height, card }: Extract<TaskResponse, { type: 'card' }>, commandId: string): void {
    this.#modal.title = title;
    this.#modal.size(width, height);
    const submit = (data: unknown) => void this.#ask({ name: 'composeExtension/submitAction', commandId, data });
    this.#modal.show(h('div', { class: 'task-card', 'data-testid': 'task-card' }, renderCard(card, submit)));
    announce(title);
  }

  #showText(text: string): void {
    const onclick = () => this.close();
    const button = h(
      'button',
      { class: 'ac-pushButton', type: 'button', 'data-testid': 'task-done', onclick },
      'Close',
    );
    const message = h('p', { dir: 'auto', 'data-testid': 'task-message' }, text);
    this.#modal.show(h('div', { class: 'task-text' }, message, button), button);
    announce(text);
  }

  #place(card: Attachment | undefined): void {
    this.close();
    if (card) this.#options.place(card);
  }

  /** After the sign-in, repeats the invoke with the state. */
  #showNotice(response: Exclude<Reply, { type: 'result' }>, request: TaskRequest): void {
    const ended = (end: SignInEnd) => {
      if (end.kind === 'success') void this.#ask({ ...request, state: end.state });
      else this.#showEnd(notice, end);
    };
    const open = (url: URL) => this.#options.signIn(url, ended);
    const notice = handleNotice(response, open, 'task-sign-in');
    this.#modal.show(notice, notice.querySelector('button') ?? undefined);
    announce(notice.querySelector('.notice-words')?.textContent ?? '');
  }

  #showEnd(notice: HTMLElement, end: SignInEnd): void {
    notice.querySelector('[data-testid=notice-hint]')?.remove();
    const hint = endHint(end);
    if (hint) notice.append(hint);
    announce(hint?.textContent ?? '');
  }
}
