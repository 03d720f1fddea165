import type { Command } from '../page-api.ts';
import type { Attachment } from './answers.ts';
import { getSettings, postInvoke } from './api.ts';
import { showChats } from './chat-list.ts';
import { type Chat, startingChats } from './chats.ts';
import { type Choices, readChoices, writeChoices } from './choices.ts';
import { Compose } from './compose.ts';
import { Flyout } from './flyout.ts';
import { addMessage, showConversation } from './message-view.ts';
import { setUpMenus, showChoices } from './people-menu.ts';
import { type Asked, Search } from './search.ts';
import { setUpShell } from './shell.ts';
import { SignInWindow } from './sign-in-window.ts';
import { announce } from './status.ts';
import { WirePanel } from './wire-panel.ts';

/** Ties the parts together; holds what they share. */
class App {
  #choices: Choices;
  #chat: Chat;
  readonly #chats: Chat[];
  readonly #wire = new WirePanel();
  readonly #shell = setUpShell();
  readonly #compose: Compose;
  readonly #flyout: Flyout;
  readonly #search: Search;
  #signIn: SignInWindow | undefined;

  constructor(commands: readonly Command[], chats: [Chat, ...Chat[]]) {
    this.#choices = readChoices(commands);
    this.#chats = chats;
    this.#chat = chats[0];
    this.#search = new Search({
      ask: (query) => this.#ask(query),
      show: (state, added) => this.#flyout.show(state, added),
    });
    this.#compose = new Compose((text, card) => this.#send(text, card));
    this.#flyout = new Flyout({
      commands,
      opened: () => this.#search.restart(),
      closed: () => this.#stop(),
      typed: (text) => this.#search.type(text),
      entered: () => this.#search.flush(),
      more: () => this.#search.more(),
      commandChosen: (command) => this.#choose({ command }),
      chosen: (card) => this.#place(card),
      linkOpened: (url) => void this.#openSignIn(url),
    });
    setUpMenus(this.#choices, (change) => this.#choose(change));
    this.#showAll();
  }

  async #ask(query: Asked) {
    const { personKey, command, locale } = this.#choices;
    const conversation = { id: this.#chat.id, conversationType: this.#chat.conversationType };
    const result = await postInvoke({ ...query, person: personKey, commandId: command.id, locale, conversation });
    this.#wire.addInvoke(result);
    return result;
  }

  async #openSignIn(url: URL): Promise<void> {
    this.#signIn?.close();
    const opened = new SignInWindow({
      url,
      choices: () => this.#choices,
      log: (message) => this.#wire.addWindowMessage(message),
    });
    this.#signIn = opened;
    const end = await opened.end;
    // Another window, another person, or the flyout is closed: nobody waits for this end.
    if (this.#signIn !== opened) return;
    this.#signIn = undefined;
    if (end.kind !== 'success') return this.#flyout.showEnd(end);
    this.#flyout.focusSearch();
    this.#search.run(end.state);
  }

  #choose(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#signIn?.changeTheme(this.#choices.theme);
    this.#showAll();
    // Answers belong to whom and what was asked; the look does not matter to them.
    if (!change.person && !change.command) return;
    this.#stop();
    if (this.#flyout.isOpen) this.#search.run();
  }

  #showAll(): void {
    const { person, command } = this.#choices;
    writeChoices(this.#choices);
    showChoices(this.#choices);
    this.#flyout.selectCommand(command);
    if (!this.#chat.members.includes(person)) this.#chat = this.#chats[0] ?? this.#chat;
    showConversation(this.#chat, person);
    this.#showChats();
  }

  #showChats(): void {
    showChats(this.#chats, this.#chat, this.#choices.person, (chat) => {
      this.#chat = chat;
      if (this.#flyout.isOpen) this.#flyout.close();
      this.#shell.showConversation();
      this.#showAll();
    });
  }

  #place(card: Attachment): void {
    this.#flyout.close();
    this.#compose.place(card);
    announce('The card is in your message.');
  }

  #send(text: string, card: Attachment | undefined): void {
    const message = { author: this.#choices.person, at: new Date(), text, ...(card && { card }) };
    this.#chat.messages.push(message);
    addMessage(message, this.#choices.person);
    this.#showChats();
    announce('Message sent.');
  }

  #stop(): void {
    this.#search.stop();
    this.#signIn?.close();
    this.#signIn = undefined;
  }
}

const [first, ...others] = startingChats(new Date());
const { commands } = await getSettings();
if (first) new App(commands, [first, ...others]);
