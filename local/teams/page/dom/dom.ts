type Attributes = Record<string, string | boolean | undefined | ((event: never) => void)>;
type Child = Node | string | undefined;

/** Strings become text nodes, never markup; `onclick: f` adds a listener; `true` sets an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** @throws {Error} if index.html has no such element */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element as T;
}

/** By arrow keys, Home and End. @returns true if the focus moved */
export function moveFocus(event: KeyboardEvent, items: HTMLElement[], keys: { back: string; on: string }): boolean {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = { [keys.back]: at - 1, [keys.on]: at + 1, Home: 0, End: items.length - 1 };
  const target = items[targets[event.key] ?? -1];
  if (!target) return false;
  event.preventDefault();
  target.focus();
  return true;
}
