import type { InvokeResult, SettingsRequest } from '../../page-api.ts';
import { announce } from '../dom/status.ts';
import { readResponse, responseTo } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';

interface AppSettingsOptions {
  ask(request: SettingsRequest): Promise<InvokeResult>;
  open(url: URL, ended: (end: SignInEnd) => void): void;
  /** After the bot knows the outcome. */
  done(): void;
}

/** Teams' state for a closed window. */
const CANCELLED = 'CancelledByUser';

/** Requests the settings page's address, opens it, and sends the outcome to the bot. */
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
    else announce('Teams can’t open the settings.');
  }

  async #ended(end: SignInEnd): Promise<void> {
    const state = end.kind === 'success' ? end.state : CANCELLED;
    await responseTo(this.#options.ask({ name: 'composeExtension/setting', state }), readResponse);
    announce('Settings closed.');
    this.#options.done();
  }
}
