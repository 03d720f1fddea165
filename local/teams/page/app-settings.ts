import type { InvokeResult, SettingsRequest } from '../page-api.ts';
import { readResponse, responseTo } from './answers.ts';
import { announce } from './status.ts';
import type { SignInEnd } from './teams-host.ts';

interface AppSettingsOptions {
  ask(request: SettingsRequest): Promise<InvokeResult>;
  /** Opens the page's window. */
  open(url: URL, ended: (end: SignInEnd) => void): void;
  /** The bot has heard how it ended. */
  done(): void;
}

/** What Teams says where a window was closed instead of finished. */
const CANCELLED = 'CancelledByUser';

/** The extension's settings: asks the bot where its page is, opens it, and tells the bot what it ended with. */
export class AppSettings {
  readonly #options: AppSettingsOptions;

  constructor(options: AppSettingsOptions) {
    this.#options = options;
  }

  async open(commandId: string): Promise<void> {
    const { ask, open } = this.#options;
    const response = await responseTo(ask({ name: 'composeExtension/querySettingUrl', commandId }), readResponse);
    const [link] = response.type === 'config' ? response.links : [];
    if (link) open(link.url, (end) => void this.#ended(end));
    else announce('The settings cannot be opened.');
  }

  async #ended(end: SignInEnd): Promise<void> {
    const state = end.kind === 'success' ? end.state : CANCELLED;
    await responseTo(this.#options.ask({ name: 'composeExtension/setting', state }), readResponse);
    announce('Settings closed.');
    this.#options.done();
  }
}
