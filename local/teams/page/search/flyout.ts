import type { Command } from '../../page-api.ts';
import { emptyNotice, endHint, handleNotice, loadingRows } from '../cards/notices.ts';
import { byId } from '../dom/dom.ts';
import { announce } from '../dom/status.ts';
import type { Attachment } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';
import { CommandTabs } from './command-tabs.ts';
import { OverflowMenu } from './overflow-menu.ts';
import { ResultList } from './result-list.ts';
import type { SearchState } from './search.ts';

interface FlyoutOptions {
  commands: readonly Command[];
  actions: readonly Command[];
  /** Called before the focus moves. */
  toggled(open: boolean): void;
  opened(): void;
  closed(): void;
  typed(text: string): void;
  /** Enter: search now. */
  entered(): void;
  more(): void;
  commandChosen(command: Command): void;
  actionChosen(action: Command): void;
  chosen(attachment: Attachment): void;
  linkOpened(url: URL): void;
}

/** The panel above the compose box: commands, search box, and the bot's response. */
export class Flyout {
  readonly #options: FlyoutOptions;
  readonly #panel = byId('flyout');
  readonly #opener = byId<HTMLButtonElement>('open-extension');
  readonly #box = byId<HTMLInputElement>('search-box');
  readonly #body = byId('flyout-body');
  readonly #tabs: CommandTabs;
  readonly #list: ResultList;
  readonly #menu: OverflowMenu;

  constructor(options: FlyoutOptions) {
    this.#options = options;
    this.#tabs = new CommandTabs(options.commands, 'flyout-panel', options.commandChosen);
    byId('flyout-tabs').append(this.#tabs.element);
    this.#menu = new OverflowMenu(options.actions, options.actionChosen);
    const { chosen, more } = options;
    this.#list = new ResultList(this.#body, { choose: chosen, more, leave: () => this.#box.focus() });
    this.#opener.addEventListener('click', () => (this.isOpen ? this.close() : this.open()));
    byId('close-extension').addEventListener('click', () => this.close());
    this.#panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
    this.#box.addEventListener('input', () => options.typed(this.#box.value));
    this.#box.addEventListener('keydown', (event) => this.#press(event));
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  open(): void {
    this.#toggle(true);
    this.#box.value = '';
    this.#box.focus();
    this.#options.opened();
  }

  /** Returns the focus to the button, unless the caller moves it. */
  close(): void {
    this.#toggle(false);
    this.#opener.focus();
    this.#options.closed();
  }

  focusSearch(): void {
    this.#box.focus();
  }

  selectCommand(command: Command): void {
    this.#tabs.select(command);
    const text = `Search ${command.title}`;
    this.#box.placeholder = text;
    this.#box.setAttribute('aria-label', text);
  }

  show(state: SearchState, added: boolean): void {
    this.#body.setAttribute('aria-busy', String(state.kind === 'loading'));
    if (state.kind === 'results' && state.attachments.length > 0) {
      this.#list.show(state, added);
      if (!added) this.#body.replaceChildren(this.#list.element);
    } else this.#body.replaceChildren(this.#inPlaceOfResults(state));
    announce(textFor(state, this.#body));
  }

  /** Explains below the prompt why the sign-in ended. */
  showEnd(end: SignInEnd): void {
    this.#body.querySelector('[data-testid=notice-hint]')?.remove();
    const hint = endHint(end);
    if (!hint) return;
    this.#body.querySelector('.notice')?.append(hint);
    announce(hint.textContent ?? '');
  }

  #inPlaceOfResults(state: SearchState): HTMLElement {
    if (state.kind === 'loading') return loadingRows();
    if (state.kind === 'results') return emptyNotice();
    return handleNotice(state.response, this.#options.linkOpened);
  }

  #press(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.isComposing) this.#options.entered();
    if (event.key === 'ArrowDown') this.#list.focus();
    if (event.key === 'Enter' || event.key === 'ArrowDown') event.preventDefault();
  }

  #toggle(open: boolean): void {
    this.#panel.hidden = !open;
    this.#menu.close();
    this.#options.toggled(open);
    this.#opener.setAttribute('aria-expanded', String(open));
  }
}

function textFor(state: SearchState, body: HTMLElement): string {
  if (state.kind === 'loading') return 'Searching…';
  if (state.kind !== 'results') return body.querySelector('.notice-words')?.textContent ?? '';
  if (state.more === 'loading') return 'Loading more results…';
  return state.attachments.length === 1 ? '1 result' : `${state.attachments.length} results`;
}
