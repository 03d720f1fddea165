import type { Person } from '../../../people.ts';
import { type CardAction, renderCard } from '../cards/attachment.ts';
import { carousel } from '../cards/carousel.ts';
import { byId, h } from '../dom/dom.ts';
import { avatar, avatars } from './avatar.ts';
import { BOT, type Chat, type Message, othersIn, titleFor } from './chats.ts';
import { linked } from './urls.ts';

type PressIn = (press: CardAction) => void;

/** The viewer's own messages are on the right. */
export function showConversation(chat: Chat, viewer: Person, press: PressIn): void {
  const others = othersIn(chat, viewer);
  byId('chat-title').textContent = titleFor(chat, viewer);
  byId('chat-members').textContent = chat.title ? [viewer, ...others].map(({ name }) => name).join(', ') : '';
  byId('chat-avatar').replaceChildren(avatars(others));
  byId('messages').replaceChildren(...chat.messages.map((message) => messageView(message, viewer, press)));
  scrollToEnd();
}

export function addMessage(message: Message, viewer: Person, press: PressIn): void {
  const view = messageView(message, viewer, press);
  // A card grows when its images load.
  view.addEventListener('load', scrollToEnd, { capture: true });
  byId('messages').append(view);
  scrollToEnd();
}

function messageView(message: Message, viewer: Person, press: PressIn): HTMLElement {
  const ofBot = message.author === BOT;
  const own = message.author === viewer;
  const cards = (message.cards ?? []).map((card) =>
    h(
      'div',
      { class: 'card', 'data-testid': 'message-card' },
      ofBot ? renderCard(card, (data) => press({ data }), press) : renderCard(card),
    ),
  );
  return h(
    'li',
    { class: classOf(message, own), 'data-testid': 'message' },
    avatar(message.author),
    h(
      'div',
      { class: 'message-body' },
      h('div', { class: 'message-head' }, h('strong', {}, message.author.name), h('time', {}, timeOf(message.at))),
      message.text && h('div', { class: 'bubble', dir: 'auto' }, ...linked(message.text)),
      ...(message.carousel ? [carousel(cards)] : cards),
    ),
  );
}

function classOf({ carousel }: Message, own: boolean): string {
  return ['message', own && 'message-own', carousel && 'message-wide'].filter(Boolean).join(' ');
}

export function timeOf(at: Date): string {
  return at.toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' });
}

function scrollToEnd(): void {
  const scroller = byId('conversation-scroll');
  scroller.scrollTop = scroller.scrollHeight;
}
