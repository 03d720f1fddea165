import type { Person } from '../../../people.ts';
import { byId, h } from '../dom/dom.ts';
import { avatars } from './avatar.ts';
import { type Chat, othersIn, summaryOf, titleFor } from './chats.ts';
import { timeOf } from './message-view.ts';

export function showChats(chats: Chat[], current: Chat, viewer: Person, open: (chat: Chat) => void): void {
  const entries = chats
    .filter(({ members }) => members.includes(viewer))
    .map((chat) =>
      h(
        'li',
        {},
        entry(chat, current, viewer, () => open(chat)),
      ),
    );
  byId('chats').replaceChildren(...entries);
}

function entry(chat: Chat, current: Chat, viewer: Person, onclick: () => void): HTMLElement {
  const last = chat.messages.at(-1);
  return h(
    'button',
    { class: 'chat', type: 'button', 'aria-current': chat === current ? 'true' : undefined, onclick },
    avatars(othersIn(chat, viewer)),
    h('span', { class: 'chat-title' }, titleFor(chat, viewer)),
    last && h('span', { class: 'chat-time' }, timeOf(last.at)),
    h('span', { class: 'chat-last' }, summaryOf(chat, viewer)),
  );
}
