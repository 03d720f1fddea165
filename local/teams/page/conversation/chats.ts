import { ADA, GRACE, LINUS, PEOPLE, type Person } from '../../../people.ts';
import type { Attachment } from '../requests/answers.ts';

export interface Message {
  author: Person;
  at: Date;
  text: string;
  cards?: readonly Attachment[];
  carousel?: boolean;
}

export interface Chat {
  id: string;
  conversationType: 'groupChat' | 'personal';
  members: Person[];
  /** For a group. A chat of two shows the other user's name. */
  title?: string;
  messages: Message[];
  /** With the bot: the user has opened it. */
  opened?: boolean;
  /** With the bot: the number of its messages so far. */
  received?: number;
}

export const BOT: Person = { objectId: '', tenantId: '', name: 'Latchkey', username: '', editor: false };

export function isWithBot({ members }: Chat): boolean {
  return members.includes(BOT);
}

/** Messages live until the page closes. */
export function startingChats(now: Date): Chat[] {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  return [
    {
      id: '19:5b3c0e2f8f1d4a6fb0d7c1c53f2a9e10@thread.v2',
      conversationType: 'groupChat',
      title: 'Friday quiz',
      members: [ADA, GRACE, LINUS],
      messages: [
        {
          author: GRACE,
          at: ago(34),
          text: 'Round three is basketball. Does anybody have the Lakers page from the wiki?',
        },
        {
          author: LINUS,
          at: ago(31),
          text: 'It should be in there. And something about Iceland for round four, please.',
        },
      ],
    },
    ...PEOPLE.map(withBot),
    pair(ADA, GRACE, [{ author: GRACE, at: ago(95), text: 'Thanks for the notes, I’ll read them tonight.' }]),
    pair(ADA, LINUS, [{ author: ADA, at: ago(180), text: 'Welcome! Ask me when you can’t find a page.' }]),
    {
      id: '19:c2a4d1b79e6f4f0a9d3be8a7716f5d22@thread.v2',
      conversationType: 'groupChat',
      title: 'Handbook refresh',
      members: [ADA, GRACE, LINUS],
      messages: [{ author: ADA, at: ago(260), text: 'Please drop the pages that need work into this chat.' }],
    },
  ];
}

export function titleFor(chat: Chat, viewer: Person): string {
  return chat.title ?? othersIn(chat, viewer)[0]?.name ?? 'Just you';
}

export function othersIn(chat: Chat, viewer: Person): Person[] {
  return chat.members.filter((member) => member !== viewer);
}

export function summaryOf(chat: Chat, viewer: Person): string {
  const last = chat.messages.at(-1);
  if (!last) return '';
  const person = last.author === viewer ? 'You' : (last.author.name.split(' ')[0] ?? '');
  return `${person}: ${last.text || 'Sent a card'}`;
}

function withBot(person: Person): Chat {
  return { id: `a:1${person.objectId}`, conversationType: 'personal', members: [person, BOT], messages: [] };
}

function pair(one: Person, other: Person, messages: Message[]): Chat {
  const id = `19:${one.objectId}_${other.objectId}@unq.gbl.spaces`;
  return { id, conversationType: 'personal', members: [one, other], messages };
}
