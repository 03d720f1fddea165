import { type ScreenName, textsFor } from './texts.ts';

/** `busy` turns a spinner, `ask` and `stopped` want to be read: focus goes to their heading. */
export type Tone = 'busy' | 'ask' | 'done' | 'stopped';

export interface Screen {
  name: ScreenName;
  tone: Tone;
  /** What stands for the `{names}` in the words: from elsewhere, and only ever shown as text. */
  names?: Record<string, string | undefined>;
  actions?: Action[];
}

export interface Action {
  label: keyof typeof texts.buttons;
  primary?: boolean;
  run(): void;
}

const texts = textsFor(navigator.languages);

/** Puts one screen in place of the last. */
export function show(screen: Screen): void {
  const { heading, body } = texts.screens[screen.name];
  document.documentElement.lang = texts.lang;
  document.documentElement.dir = texts.dir;
  const main = part('main');
  main.dataset.screen = screen.name;
  main.dataset.tone = screen.tone;
  part('h1').replaceChildren(...fill(heading, screen.names));
  part('.body').replaceChildren(...body.map((line) => paragraph(line, screen.names)));
  part('.actions').replaceChildren(...(screen.actions ?? []).map(button));
  tellScreenReader(screen.tone);
}

/** The browser kept the window open: closing it is up to the person. */
export function showCloseByHand(): void {
  part('.actions').replaceChildren(paragraph(texts.closeByHand));
  part('[role=status]').textContent = texts.closeByHand;
}

/** Progress is announced; what must be read or decided takes the focus, at its heading and never at a button. */
function tellScreenReader(tone: Tone): void {
  const announced = tone === 'busy' || tone === 'done';
  part('[role=status]').textContent = announced ? `${part('h1').textContent} ${part('.body').textContent}` : '';
  if (!announced) part('h1').focus();
}

function button({ label, primary, run }: Action): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = primary ? 'primary' : '';
  element.textContent = texts.buttons[label];
  element.addEventListener('click', run);
  return element;
}

function paragraph(line: string, names?: Screen['names']): HTMLParagraphElement {
  const element = document.createElement('p');
  element.append(...fill(line, names));
  return element;
}

/** Splits `Sign in as {expected}` into text and names. A name is a text node inside `bdi`, so that neither markup nor
 * right-to-left characters in it reach the words around it (THREATS.md, T38). */
function fill(line: string, names: Screen['names'] = {}): Node[] {
  return line.split(/\{(\w+)\}/).map((piece, index) => {
    if (index % 2 === 0) return document.createTextNode(piece);
    const element = document.createElement('bdi');
    element.textContent = names[piece]?.trim() || texts.unnamed;
    return element;
  });
}

function part(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
}
