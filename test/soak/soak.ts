import { AuthClient } from '../../local/auth-client.ts';
import type { Person } from '../../local/people.ts';
import { Counts } from '../support/counts.ts';
import { isLostConnection } from '../support/network/lost-connection.ts';
import { postInvoke, SIGN_OUT_OF_ALL } from '../support/teams/actions.ts';
import type { Instances } from '../support/world/instances.ts';
import type { SearchResponse, World } from '../support/world/world.ts';
import type { Evidence } from './evidence.ts';
import type { Faults } from './faults.ts';

/** A security code, and whether another person than its owner has sent it: then it may be discarded. */
export interface Code {
  text: string;
  owner: string;
  leaked: boolean;
}

/** The answer to a query. `explained`: a card that explains why a confirmed sign-in, whose code the bot did not get, is
 * not finished. `none`: no answer at all, or a server error. */
export type Outcome = { type: 'result' | 'auth' | 'explained' | 'message' | 'none'; response?: SearchResponse };

/** A call of a bot that exchanges a code for tokens. Times are milliseconds since the epoch. */
interface Exchange {
  /** Of the sign-in. */
  nonce: string;
  url: string;
  from: number;
  until: number;
}

export type PageCall = 'start' | 'complete' | 'confirm';
export interface PageResponse {
  /** 0 without an answer. */
  status: number;
  body: Record<string, unknown>;
  from: number;
  until: number;
}

/** Longer than a bot needs for an answer, so that the bot gives up first. Milliseconds. */
const MAX_WAIT_MS = 10_000;
const MAX_CODES = 40;

/** The shared state of a soak's users: the bots, the violations, and the number of each event. */
export class Soak {
  readonly world: World;
  readonly instances: Instances;
  readonly faults: Faults;
  readonly evidence: Evidence;
  readonly violations: string[] = [];
  /** The newest codes, for users who try those of others. */
  readonly codes: Code[] = [];
  /** Exchanges without an answer. */
  readonly unanswered: Exchange[] = [];
  readonly counts = new Counts();
  #answered = 0;

  constructor(shared: { world: World; instances: Instances; faults: Faults; evidence: Evidence }) {
    this.world = shared.world;
    this.instances = shared.instances;
    this.faults = shared.faults;
    this.evidence = shared.evidence;
  }

  violation(text: string): void {
    this.violations.push(`at ${Date.now()}: ${text}`);
  }

  /** The nonces of sign-ins whose exchange a kill of the bot cut off: no process knows their tokens. */
  cutExchanges(): Set<string> {
    const cut = this.unanswered.filter(({ url, from, until }) => this.instances.wasKilled(url, from, until));
    return new Set(cut.map(({ nonce }) => nonce));
  }

  /** How many queries were answered. */
  get answered(): number {
    return this.#answered;
  }

  addCode(code: Code): void {
    this.codes.push(code);
    if (this.codes.length > MAX_CODES) this.codes.shift();
  }

  async query(
    url: string,
    person: Person,
    query: { commandId: string; text: string; state?: string },
  ): Promise<Outcome> {
    const { connector } = this.world;
    const activity = connector.queryActivity(person, query);
    const result = await this.#respond(connector.post(url, activity, { timeout: MAX_WAIT_MS }));
    const response = (result?.body as { composeExtension?: SearchResponse } | undefined)?.composeExtension;
    const type = response?.type;
    if (result && (result.status !== 200 || (type !== 'result' && type !== 'auth' && type !== 'message'))) {
      this.counts.add(`query answered ${result.status}`);
      if (result.status < 500) this.violation(`a query was answered ${result.status} ${JSON.stringify(result.body)}`);
      return { type: 'none' };
    }
    const outcome = response && isExplanation(response) ? 'explained' : type;
    this.counts.add(`query: ${outcome ?? 'no answer'}`);
    if (response) this.#answered += 1;
    return response ? { type: outcome as 'result', response } : { type: 'none' };
  }

  /** @returns the text of the task module; `undefined` without an answer */
  async signOut(url: string, person: Person): Promise<string | undefined> {
    const options = { timeout: MAX_WAIT_MS };
    const result = await this.#respond(postInvoke(this.world.connector, url, person, SIGN_OUT_OF_ALL, options));
    const message = (result?.body as { task?: { value?: unknown } } | undefined)?.task?.value;
    return typeof message === 'string' ? message : undefined;
  }

  /** One call of the sign-in pages. */
  async page(client: AuthClient, call: PageCall, body: object, url: string): Promise<PageResponse> {
    const from = Date.now();
    const response = await this.#respond(client.post(call, body, url));
    const until = Date.now();
    if (!response) this.counts.add(`${call}: no answer`);
    else this.counts.add(`${call}: ${response.status} ${response.body.next ?? response.body.code ?? ''}`);
    return { status: 0, body: {}, ...response, from, until };
  }

  newBrowser(): AuthClient {
    return new AuthClient(this.world.botUrl);
  }

  /** `undefined` if the bot was down, or did not answer in time. */
  async #respond<T>(requested: Promise<T>): Promise<T | undefined> {
    try {
      return await requested;
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.violation('a bot did not answer within 10 s');
      else if (!isLostConnection(error)) throw error;
      return undefined;
    }
  }
}

/** It has the type of results. */
function isExplanation({ attachments }: SearchResponse): boolean {
  return attachments?.[0]?.preview.content.text?.startsWith('You cannot finish signing in to ') ?? false;
}
