import { setTimeout as wait } from 'node:timers/promises';
import { type AuthClient, completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD, PEOPLE, type Person } from '../../local/people.ts';
import { newPerson, otherTenant } from '../support/network/crowd.ts';
import { COMMANDS, ticketOf, usernameAt } from '../support/world/world.ts';
import type { Random } from './random.ts';
import type { Code, Outcome, PageCall, PageResponse, Soak } from './soak.ts';

/** No person who searches for it has ever signed in. */
const ATTACKERS_WORD = 'spurs';
/** A bot may still act on a request this long after the deadline of its answer. Milliseconds. */
const LATE_MS = 10_000;
/** Around the moment of a refresh: a fault then may have cut off the step that stores the token. */
const REFRESH_MS = { before: 2_000, after: 4_000 };
/** How long ago such a refresh may be. Milliseconds. */
const RECENT_MS = 30_000;
/** What Teams sends as `state` when a person closes the pop-up. */
const CLOSED = 'CancelledByUser';
/** Tries of a redemption without an answer. */
const MAX_TRIES = 200;

interface SoakUserOptions {
  soak: Soak;
  random: Random;
  name: string;
  person: Person;
  connection: 'wiki' | 'handbook';
  word: string;
}

/** `unknown`: a step that would have changed it got no answer. */
type State = 'signed out' | 'signed in' | 'unknown';

/** One user of one connection, who searches, signs in and signs out, one action after the other, at either bot. Derives
 * from the answers what must be true, and reports violations. */
export class SoakUser {
  readonly name: string;
  /** Has signed out permanently. Another person takes over. */
  retired = false;
  /** What this user did, and the answers: explains a violation. */
  readonly steps: string[] = [];
  readonly #options: SoakUserOptions;
  #state: State = 'signed out';
  #ticket: string | undefined;
  #lastCode: Code | undefined;
  #signOutRequestedAt = 0;

  constructor(options: SoakUserOptions) {
    this.name = options.name;
    this.#options = options;
    options.soak.evidence.searches(options.name, options.word);
  }

  get state(): State {
    return this.#state;
  }

  /** One possible next action of a user. */
  async act(): Promise<void> {
    const { random } = this.#options;
    if (this.#state !== 'signed in') return this.#comeIn();
    const choice = random.weighted({ search: 14, both: 3, foreign: 3, anew: 2, signOut: this.#isCrowd() ? 3 : 1 });
    if (choice === 'search') return this.search();
    if (choice === 'both') return this.#searchAtBoth();
    if (choice === 'foreign') return this.#bringForeignCode();
    if (choice === 'anew') return this.#ticket === undefined ? this.search() : this.#signIn(this.#ticket);
    return this.#signOut();
  }

  /** Searches, and returns what the answer means. */
  async search(url = this.#anyUrl()): Promise<void> {
    await this.#judge(await this.#ask(url), 'a search');
  }

  /** When all processes run again: asks each bot until it answers whether this user is signed in. */
  async settle(urls: readonly string[]): Promise<void> {
    for (const url of urls) {
      for (let tries = 1; ; tries++) {
        const outcome = await this.#ask(url);
        await this.#judge(outcome, 'a search at the end');
        if (['result', 'auth', 'explained'].includes(outcome.type)) break;
        if (tries === MAX_TRIES) return this.#options.soak.violation(`${this.name}: no answer at the end`);
        await wait(100);
      }
    }
  }

  async #comeIn(): Promise<void> {
    const outcome = await this.#ask(this.#anyUrl());
    await this.#judge(outcome, 'a search');
    if (outcome.type === 'auth' && outcome.response) {
      this.#ticket = ticketOf(outcome.response);
      await this.#signIn(this.#ticket);
    }
    // Otherwise the bot explains for ten minutes, and offers no sign-in.
    if (outcome.type === 'explained') await this.#judge(await this.#ask(this.#anyUrl(), CLOSED), 'a closed pop-up');
  }

  async #searchAtBoth(): Promise<void> {
    const outcomes = await Promise.all(this.#options.soak.instances.urls.map((url) => this.#ask(url)));
    for (const outcome of outcomes) await this.#judge(outcome, 'one of two searches at once');
  }

  /** T13: a signed-in user gets their own results, whatever code the search carries. */
  async #bringForeignCode(): Promise<void> {
    const { soak, random } = this.#options;
    const foreign = soak.codes.filter(({ owner }) => owner !== this.name);
    if (foreign.length === 0) return this.search();
    const code = random.pick(foreign);
    code.leaked = true;
    soak.counts.add("others' codes brought by a signed-in user");
    await this.#judge(await this.#ask(this.#anyUrl(), code.text), "a search with another person's code");
  }

  /** From a ticket to the redeemed code. */
  async #signIn(ticket: string): Promise<void> {
    const { soak, random } = this.#options;
    const browser = soak.newBrowser();
    const started = await this.#page(browser, 'start', { ticket });
    if (started.status !== 200) return;
    const authorizationUrl = String(started.body.authorizationUrl);
    const nonce = String(new URL(authorizationUrl).searchParams.get('nonce'));
    soak.evidence.begun(this.name, nonce);
    const callback = await this.#visitProvider(authorizationUrl);
    if (!callback) return;
    const completed = await this.#page(browser, 'complete', callback);
    if (this.#options.connection === 'wiki') this.#noteProven(completed);
    if (completed.status === 0) soak.unanswered.push({ nonce, ...completed });
    let answered = completed;
    if (completed.body.next === 'confirm') {
      const choice = random.weighted({ connect: 16, cancel: 1, leave: 1, loseCode: 1 });
      soak.counts.add(`confirm page: ${choice}`);
      if (choice === 'leave') return;
      const decision = choice === 'cancel' ? 'cancel' : 'connect';
      answered = await this.#page(browser, 'confirm', { decision, confirmation: completed.body.confirmation });
      if (choice === 'loseCode') return;
    }
    if (answered.body.next === 'done') await this.#bringOwnCode(String(answered.body.securityCode));
  }

  async #visitProvider(authorizationUrl: string): Promise<Record<string, string> | undefined> {
    const { soak, random, person, connection } = this.#options;
    const account = connection === 'wiki' ? person : random.pick(PEOPLE);
    const username = usernameAt(connection, account);
    try {
      const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
      return completionBody(callbackUrl);
    } catch {
      soak.counts.add('provider pages that did not answer');
      return undefined;
    }
  }

  /** A proven sign-in is linked when it ends. */
  #noteProven({ status, body }: PageResponse): void {
    if (body.next === 'done') this.#state = 'signed in';
    else if (this.#state === 'signed out' && (status === 0 || status >= 500)) this.#state = 'unknown';
  }

  /** The owner redeems. Perhaps another person tries first, at the same time, or afterwards. */
  async #bringOwnCode(text: string): Promise<void> {
    const { soak, random } = this.#options;
    const code: Code = { text, owner: this.name, leaked: false };
    this.#lastCode = code;
    const attack = random.weighted({ none: 5, before: 1, atOnce: 2, after: 2 });
    if (attack === 'before') await this.#attack(code);
    soak.addCode(code);
    await Promise.all([this.#redeem(code), attack === 'atOnce' && this.#attack(code)]);
    if (attack === 'after') await this.#attack(code);
  }

  async #redeem(code: Code): Promise<void> {
    const { soak } = this.#options;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { type } = await this.#ask(this.#anyUrl(), code.text);
      if (type === 'result') {
        soak.counts.add('acknowledged links');
        this.#state = 'signed in';
        return;
      }
      if (type === 'auth') {
        if (this.#state === 'signed in') await this.#signedOutUnasked('a search with their own code');
        else if (!code.leaked) soak.violation(`${this.name}: their own code, which no other person had, was refused`);
        else soak.counts.add('codes that another person burnt');
        return;
      }
      await wait(100);
    }
    soak.violation(`${this.name}: no answer to ${MAX_TRIES} tries to redeem a code`);
  }

  /** T13: another person, or the owner's object id in another tenant, sends the code, and gets no results. */
  async #attack(code: Code): Promise<void> {
    const { soak, random, person, connection } = this.#options;
    code.leaked = true;
    const attacker = random.next() < 0.3 ? { ...person, tenantId: otherTenant(person) } : newPerson();
    const query = { commandId: COMMANDS[connection], text: ATTACKERS_WORD, state: code.text };
    const [url, began] = [this.#anyUrl(), Date.now()];
    const { type } = await soak.query(url, attacker, query);
    this.#step("another person's search with this user's code", url, began, type);
    soak.counts.add("codes brought by a person who is not the code's owner");
    if (type === 'result') soak.violation(`${this.name}'s code was redeemed by another person`);
  }

  async #signOut(): Promise<void> {
    const { soak, person } = this.#options;
    const [url, began] = [this.#anyUrl(), Date.now()];
    const message = await soak.signOut(url, person);
    this.#step('sign-out', url, began, message ?? 'no answer');
    const acknowledged = message?.startsWith('You are signed out of') ?? false;
    soak.counts.add(`sign-out: ${acknowledged ? 'done' : message === undefined ? 'no answer' : 'in words'}`);
    if (message?.startsWith('You are not signed in')) await this.#signedOutUnasked('signing out');
    this.#signOutRequestedAt = began;
    this.#state = acknowledged ? 'signed out' : 'unknown';
    if (!acknowledged) return;
    if (this.#isCrowd()) {
      await this.#replay();
      this.retired = true;
    }
  }

  /** T14: a redeemed code does not work again, for its owner either. */
  async #replay(): Promise<void> {
    if (!this.#lastCode) return;
    const { type } = await this.#ask(this.#anyUrl(), this.#lastCode.text);
    this.#options.soak.counts.add('codes brought again after sign-out');
    if (type === 'result') this.#options.soak.violation(`${this.name}: a code was redeemed twice`);
  }

  async #judge({ type }: Outcome, subject: string): Promise<void> {
    const { soak } = this.#options;
    if (type === 'result') {
      if (this.#state === 'signed out')
        soak.violation(`${this.name}: signed out, and ${subject} was answered with results`);
      this.#state = 'signed in';
    }
    if (type !== 'auth' && type !== 'explained') return;
    if (this.#state === 'signed in') await this.#signedOutUnasked(subject);
    else this.#state = 'signed out';
  }

  /** Whether a fault explains it: during a refresh, so that its answer is lost and the old token used up. */
  async #signedOutUnasked(subject: string): Promise<void> {
    const { soak } = this.#options;
    this.#state = 'unknown';
    if (Date.now() - this.#signOutRequestedAt < LATE_MS) return;
    await soak.evidence.read();
    const now = Date.now();
    const lost = soak.evidence
      .lastIssuedTo(this.name)
      .filter(({ grantType, issuedAt }) => grantType === 'refresh_token' && issuedAt > now - RECENT_MS)
      .filter((token) => !soak.evidence.wasUsed(token))
      .find(({ issuedAt }) =>
        soak.faults.between(issuedAt - REFRESH_MS.before, issuedAt + REFRESH_MS.after, ['bot', 'redis', 'connections']),
      );
    if (lost) soak.counts.add('signed out because a fault cut off a refresh');
    else {
      const newest = soak.evidence.newestOf(this.name);
      soak.violation(`${this.name} was signed out and did not ask, so ${subject} showed. Newest sign-in: ${newest}`);
    }
  }

  async #ask(url: string, state?: string): Promise<Outcome> {
    const { soak, person, connection, word } = this.#options;
    const query = { commandId: COMMANDS[connection], text: word, ...(state !== undefined && { state }) };
    const began = Date.now();
    const outcome = await soak.query(url, person, query);
    this.#step(state === undefined ? 'search' : 'search with a code', url, began, outcome.type);
    return outcome;
  }

  async #page(browser: AuthClient, call: PageCall, body: object): Promise<PageResponse & { url: string }> {
    const url = this.#anyUrl();
    const response = await this.#options.soak.page(browser, call, body, url);
    const { status, body: answer, from } = response;
    this.#step(call, url, from, `${status} ${answer.next ?? answer.code ?? ''}`);
    return { ...response, url };
  }

  #step(what: string, url: string, began: number, answer: string): void {
    this.steps.push(`${began} to ${Date.now()}, ${this.#state}: ${what} at ${new URL(url).port}: ${answer}`);
  }

  #anyUrl(): string {
    return this.#options.random.pick(this.#options.soak.instances.upUrls);
  }

  /** A person whom only the handbook knows. There are as many as needed. */
  #isCrowd(): boolean {
    return this.#options.connection === 'handbook';
  }
}
