import type { InvokeResult } from '../../page-api.ts';
import { type Attachment, type Reply, readResponse, responseTo } from '../requests/answers.ts';

/** Milliseconds after the last key, as in Teams. */
const DEBOUNCE = 500;
/** Teams' page size. */
const PAGE = 25;

interface PendingRequest {
  /** Absent in an initial run. */
  text?: string;
  skip: number;
  count: number;
  state?: string;
}

export type SearchState =
  | { kind: 'loading' }
  | { kind: 'results'; attachments: Attachment[]; layout: 'list' | 'grid'; more: 'none' | 'waiting' | 'loading' }
  | { kind: 'answer'; response: Exclude<Reply, { type: 'result' }> };

interface SearchOptions {
  ask(query: PendingRequest): Promise<InvokeResult>;
  /** @param added keeps the shown results */
  show(state: SearchState, added: boolean): void;
}

/** Decides when to search and which responses still count, without the DOM. */
export class Search {
  readonly #options: SearchOptions;
  #text = '';
  /** For further pages of the shown results. */
  #requested = '';
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: SearchState = { kind: 'loading' };

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  type(text: string): void {
    this.stop();
    this.#text = text;
    this.#timer = setTimeout(() => this.run(), DEBOUNCE);
  }

  /** The initial run of an empty box. */
  restart(): void {
    this.#text = '';
    this.run();
  }

  /** At once, for another user or command, or with `state` after a sign-in. */
  run(state?: string): void {
    this.stop();
    this.#requested = this.#text;
    this.#show({ kind: 'loading' });
    void this.#ask({ ...this.#query(0), ...(state !== undefined && { state }) }, []);
  }

  /** For Enter, without the delay. */
  flush(): void {
    if (this.#timer !== undefined) this.run();
  }

  /** Ignores pending responses. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn += 1;
  }

  more(): void {
    const state = this.#state;
    if (state.kind !== 'results' || state.more !== 'waiting') return;
    this.#show({ ...state, more: 'loading' });
    void this.#ask(this.#query(state.attachments.length), state.attachments);
  }

  #query(skip: number): PendingRequest {
    return { ...(this.#requested.trim() !== '' && { text: this.#requested }), skip, count: PAGE };
  }

  async #ask(query: PendingRequest, before: Attachment[]): Promise<void> {
    const turn = this.#turn;
    const response = await responseTo(this.#options.ask(query), readResponse);
    if (turn !== this.#turn) return;
    if (response.type === 'result') this.#showPage(response, before);
    else if (response.type === 'message' && before.length > 0) this.#endList();
    else this.#show({ kind: 'answer', response });
  }

  #showPage({ attachments, layout }: Extract<Reply, { type: 'result' }>, before: Attachment[]): void {
    const more = attachments.length < PAGE ? 'none' : 'waiting';
    this.#show({ kind: 'results', attachments: [...before, ...attachments], layout, more }, before.length > 0);
  }

  // An empty further page ends the list.
  #endList(): void {
    if (this.#state.kind === 'results') this.#show({ ...this.#state, more: 'none' }, true);
  }

  #show(state: SearchState, added = state.kind === 'results' && state.more === 'loading'): void {
    this.#state = state;
    this.#options.show(state, added);
  }
}
