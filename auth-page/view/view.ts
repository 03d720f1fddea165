import type { Account } from '../api.ts';
import type { Messages, ScreenName } from '../locales/en.ts';
import { chooseLanguage } from './languages.ts';
import { languages, loadMessages, pageMessages } from './messages.ts';

/** The heading of `ask` and `stopped` gets the focus, because the user must read it. */
type ScreenTone = 'busy' | 'ask' | 'done' | 'stopped';

export interface Screen {
  name: ScreenName;
  tone: ScreenTone;
  /** External values for `{names}` in the texts, shown only as text. */
  names?: Record<string, string | Account | undefined>;
  notes?: Note[];
  rows?: Row[];
  actions?: Action[];
}

export interface Note {
  text: keyof Messages['teamsUser'];
  names?: Record<string, string>;
}

export interface Row {
  title: string;
  /** `undefined`: not signed in. */
  account: Account | undefined;
  /** Searches are limited to this connection. */
  chosen: boolean;
  actions: Action[];
}

export interface Action {
  label: keyof Messages['buttons'];
  primary?: boolean;
  run(): void;
}

let messages = pageMessages;
/** The latest request. A late file of another language is ignored. */
let language = pageMessages.lang;
let loading = false;
let screen: Screen | undefined;
let mustCloseByHand = false;
let drawn = false;
let fromChat = false;

/** Errors that may pass with time. */
const PASSING: readonly ScreenName[] = [
  'provider.unavailable',
  'provider.timeout',
  'store.unavailable',
  'limit.exceeded',
  'page.offline',
  'page.timeout',
];

/** For a user from Web Chat, who may not know Teams. */
export function speakOfChat(): void {
  fromChat = true;
  if (drawn) draw();
}

/** The page already shows a screen, so the first texts wait for the language file. Later screens stay until it
 * loads.
 * @param tags BCP 47, best first */
export async function setLanguage(tags: readonly string[]): Promise<void> {
  const wanted = chooseLanguage(tags, languages);
  if (wanted === language) return;
  language = wanted;
  loading = true;
  const loaded = await loadMessages(wanted);
  if (wanted !== language) return;
  loading = false;
  messages = loaded;
  draw();
}

export function show(next: Screen): void {
  screen = next;
  mustCloseByHand = false;
  if (drawn || !loading) draw();
}

export function showCloseByHand(): void {
  mustCloseByHand = true;
  if (drawn) drawCloseByHand();
}

function draw(): void {
  if (!screen) return;
  drawn = true;
  const { heading } = messages.screens[screen.name];
  const body = linesOf(screen.name);
  document.title = messages.title;
  document.documentElement.lang = messages.lang;
  document.documentElement.dir = messages.dir;
  const { names } = screen;
  const main = element('main');
  main.dataset.screen = screen.name;
  main.dataset.tone = screen.tone;
  element('h1').replaceChildren(...fill(heading, names));
  const notes = (screen.notes ?? []).map((note) =>
    paragraph(messages.teamsUser[note.text], { ...names, ...note.names }),
  );
  const lines = body.map((line) => paragraph(line, names));
  element('.body').replaceChildren(...notes, ...lines, ...list(screen.rows ?? []));
  element('.actions').replaceChildren(...(screen.actions ?? []).map((action) => button(action, names)));
  tellScreenReader(screen.tone);
  if (mustCloseByHand) drawCloseByHand();
}

/** Every language writes "Teams" alike. */
function linesOf(name: ScreenName): readonly string[] {
  const { body } = messages.screens[name];
  const others = body.filter((line) => !line.includes('Teams'));
  if (!fromChat || others.length === body.length) return body;
  const { again, waitAndAgain } = messages.fromChat;
  return [...others, PASSING.includes(name) ? waitAndAgain : again];
}

function drawCloseByHand(): void {
  element('.actions').replaceChildren(paragraph(messages.closeByHand));
  element('[role=status]').textContent = messages.closeByHand;
}

/** Announces progress. A screen that the user must read focuses its heading, never a button. */
function tellScreenReader(tone: ScreenTone): void {
  const announced = tone === 'busy' || tone === 'done';
  element('[role=status]').textContent = announced
    ? `${element('h1').textContent} ${element('.body').textContent}`
    : '';
  if (!announced) element('h1').focus();
}

function button({ label, primary, run }: Action, names?: Screen['names']): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = primary ? 'primary' : '';
  node.replaceChildren(...fill(messages.buttons[label], names));
  node.addEventListener('click', run);
  return node;
}

function paragraph(line: string, names?: Screen['names']): HTMLParagraphElement {
  const node = document.createElement('p');
  node.append(...fill(line, names));
  return node;
}

function list(rows: readonly Row[]): HTMLUListElement[] {
  if (rows.length === 0) return [];
  const node = document.createElement('ul');
  node.append(...rows.map(row));
  return [node];
}

/** Rows have buttons with equal labels, so the row's title describes each. */
function row({ title, account, chosen, actions }: Row, index: number): HTMLLIElement {
  const heading = document.createElement('h2');
  heading.id = `row-${index}`;
  heading.textContent = title;
  const message = paragraph(account === undefined ? messages.account.signedOut : messages.account.signedIn, {
    account,
  });
  const buttons = document.createElement('div');
  buttons.className = 'row-actions';
  const names = { connection: title };
  buttons.append(...actions.map((action) => button(action, names)));
  for (const each of buttons.children) each.setAttribute('aria-describedby', heading.id);
  const node = document.createElement('li');
  node.append(heading, message, ...(chosen ? [paragraph(messages.account.chosen, names)] : []), buttons);
  return node;
}

/** A name is text inside `bdi`, so its markup or right-to-left characters do not affect the words around it (T38). */
function fill(line: string, names: Screen['names'] = {}): Node[] {
  return line.split(/\{(\w+)\}/).map((piece, index) => {
    if (index % 2 === 0) return document.createTextNode(piece);
    const node = document.createElement('bdi');
    node.textContent = messageOf(names[piece])?.trim() || messages.unnamed;
    return node;
  });
}

function messageOf(name: string | Account | undefined): string | undefined {
  if (typeof name !== 'object') return name;
  return name.unnamed ? messages.unnamedAccount.replace('{id}', () => name.name) : name.name;
}

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}
