import { byId } from './dom/dom.ts';
import { icon } from './dom/icons.ts';

/** On a phone, chat list and conversation share one place, and the wire panel is below. */
export function setUpShell(): { showConversation(): void } {
  for (const place of document.querySelectorAll<HTMLElement>('[data-icon]')) {
    place.prepend(icon(place.dataset.icon as Parameters<typeof icon>[0]));
  }
  const show = (view: 'chats' | 'conversation') => {
    document.body.dataset.view = view;
  };
  byId('show-chats').addEventListener('click', () => show('chats'));
  byId('back').addEventListener('click', () => show('chats'));
  setUpWireToggle();
  // A hint for the first search.
  byId('open-extension').addEventListener('click', () => byId('try-it').remove(), { once: true });
  return { showConversation: () => show('conversation') };
}

function setUpWireToggle(): void {
  const panel = byId('wire');
  const toggle = byId<HTMLButtonElement>('show-wire');
  const set = (open: boolean) => {
    panel.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => set(panel.hasAttribute('hidden')));
  byId('close-wire').addEventListener('click', () => {
    set(false);
    toggle.focus();
  });
  // Open if there is room beside the conversation.
  set(matchMedia('(min-width: 1100px)').matches);
}
