import type { Command, Settings } from '../page-api.ts';
import { AppSettings } from './actions/app-settings.ts';
import { TaskModule } from './actions/task-module.ts';
import { Asking } from './asking.ts';
import { type Choices, readChoices, writeChoices } from './choices/choices.ts';
import { Frame } from './choices/frame.ts';
import { BotChat } from './conversation/bot-chat.ts';
import { showChats } from './conversation/chat-list.ts';
import { type Chat, isWithBot, type Message, startingChats } from './conversation/chats.ts';
import { Compose } from './conversation/compose.ts';
import { addMessage, showConversation } from './conversation/message-view.ts';
import { announce } from './dom/status.ts';
import { setUpMenus, showChoices } from './people-menu.ts';
import type { Attachment } from './requests/answers.ts';
import { getReplies, getSettings } from './requests/api.ts';
import { Flyout } from './search/flyout.ts';
import { Search } from './search/search.ts';
import { setUpShell } from './shell.ts';
import { SignIns } from './sign-in/sign-ins.ts';
import { requestSsoToken } from './sign-in/silently.ts';
import type { SignInEnd } from './sign-in/teams-host.ts';
import { WirePanel } from './wire/panel.ts';

/** Not in the manifest: Teams adds it for a configurable extension. */
const SETTINGS: Command = { id: 'settings', title: 'Settings' };

/** Connects the parts and owns shared state. */
class App {
  #choices: Choices;
  #chat: Chat;
  readonly #chats: Chat[];
  readonly #wire = new WirePanel();
  readonly #shell = setUpShell();
  readonly #compose: Compose;
  readonly #flyout: Flyout;
  readonly #search: Search;
  readonly #tasks: TaskModule;
  readonly #appSettings: AppSettings;
  readonly #botChat: BotChat;
  readonly #frame = new Frame((change) => this.#choose(change));
  readonly #asking = new Asking({
    choices: () => this.#choices,
    chat: () => this.#chat,
    log: (result) => this.#wire.addInvoke(result),
  });
  readonly #signIns = new SignIns({
    choices: () => this.#choices,
    log: (message) => this.#wire.addWindowMessage(message),
  });

  constructor({ commands, actions }: Settings, chats: [Chat, ...Chat[]]) {
    this.#choices = readChoices(commands);
    this.#chats = chats;
    this.#chat = chats[0];
    this.#search = new Search({
      ask: (query) => {
        const request = { ...query, name: 'composeExtension/query', commandId: this.#choices.command.id } as const;
        return requestSsoToken((silent) => this.#asking.ask({ ...request, ...(silent && { silent }) }));
      },
      show: (state, added) => this.#flyout.show(state, added),
    });
    this.#compose = new Compose({
      send: (text, cards) => this.#send(text, cards),
      links: {
        ask: (request) => this.#asking.askOnce(request),
        signIn: (url, ended) => void this.#signIns.open(url, 'links', ended),
      },
    });
    this.#tasks = new TaskModule({
      ask: (request) => this.#asking.ask(request),
      signIn: (url, ended) => void this.#signIns.open(url, 'task', ended),
      place: (card) => this.#place(card),
      closed: () => this.#signIns.close('task'),
    });
    this.#appSettings = new AppSettings({
      ask: (request) => this.#asking.ask(request),
      open: (url, ended) => void this.#signIns.open(url, 'settings', ended),
      done: () => this.#flyout.isOpen && this.#search.run(),
    });
    this.#botChat = new BotChat({
      ask: (deed) => this.#asking.chat(deed),
      later: (chat, after) => getReplies(chat.id, after),
      locale: () => this.#choices.locale,
      send: (text) => this.#send(text, []),
      add: (chat, message) => this.#add(chat, message),
      signIn: (url, ended) => void this.#signIns.open(url, 'chat', ended),
    });
    this.#flyout = new Flyout({
      commands,
      actions: [...actions, SETTINGS],
      toggled: (open) => this.#frame.showSheet(open),
      opened: () => this.#search.restart(),
      closed: () => this.#stop(),
      typed: (text) => this.#search.type(text),
      entered: () => this.#search.flush(),
      more: () => this.#search.more(),
      commandChosen: (command) => this.#choose({ command }),
      actionChosen: (action) => this.#openTask(action),
      chosen: (card) => this.#place(card),
      linkOpened: (url) => void this.#signIns.open(url, 'search', (end) => this.#signedIn(end)),
    });
    setUpMenus(this.#choices, (change) => this.#choose(change));
    this.#showAll();
  }

  #signedIn(end: SignInEnd): void {
    if (end.kind === 'success') {
      this.#flyout.focusSearch();
      this.#search.run(end.state);
    } else this.#flyout.showEnd(end);
  }

  #openTask(action: Command): void {
    if (action === SETTINGS) {
      void this.#appSettings.open(this.#choices.command.id);
      return;
    }
    this.#flyout.close();
    this.#tasks.open(action);
  }

  #choose(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#signIns.changeTheme(this.#choices.theme);
    if (change.person) this.#compose.forgetPreviews();
    this.#showAll();
    // A response belongs to a user, command and language. A new theme or frame keeps it.
    if (!change.person && !change.command && !change.locale) return;
    this.#stop();
    if (this.#flyout.isOpen) this.#search.run();
  }

  #showAll(): void {
    const { person, command } = this.#choices;
    writeChoices(this.#choices);
    showChoices(this.#choices);
    this.#frame.use(this.#choices.frame);
    this.#flyout.selectCommand(command);
    if (!this.#chat.members.includes(person)) this.#chat = this.#chats[0] ?? this.#chat;
    showConversation(this.#chat, person, (press) => this.#botChat.press(this.#chat, press));
    this.#showChats();
    if (isWithBot(this.#chat)) this.#botChat.open(this.#chat);
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

  #send(text: string, cards: Attachment[]): void {
    this.#signIns.close('links');
    this.#add(this.#chat, { author: this.#choices.person, at: new Date(), text, cards });
    announce('Message sent.');
    if (isWithBot(this.#chat) && text) this.#botChat.send(this.#chat, text);
  }

  #add(chat: Chat, message: Message): void {
    chat.messages.push(message);
    if (chat === this.#chat) {
      addMessage(message, this.#choices.person, (press) => this.#botChat.press(chat, press));
    }
    this.#showChats();
  }

  #stop(): void {
    this.#search.stop();
    this.#signIns.close('search');
  }
}

const [first, ...others] = startingChats(new Date());
const settings = await getSettings();
if (first) new App(settings, [first, ...others]);
