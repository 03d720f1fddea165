import type { Locator, Page, Response } from 'playwright-core';
import type { InvokeRequest } from '../../../local/teams/page-api.ts';

/* Drives the local Teams client (local/teams/page) in a browser.
 *
 * Address: /?person=ada|grace|linus&theme=default|dark|contrast&command=<command id>&locale=<language tag>&frame=phone
 *
 * data-testid        what                                     role and accessible name
 * person, theme      the selects in the title bar             combobox “Signed in to Teams as”, “Theme”
 * language, frame    the select and the switch beside them    combobox “Language”, button “Phone”
 * open-extension     opens and closes the flyout              button “Latchkey”
 * flyout             the extension's surface                  dialog “Latchkey”
 * command-<id>       a search command, where several          tab <title>
 * overflow           opens the menu of action commands        button “More options”
 * action-<id>        an action command; `settings` is Teams' own  menuitem <title>
 * search-box         the search box                           searchbox “Search <title>”
 * loading            grey rows while the bot is asked
 * results, result    the list, and a line of it               listbox “Results”, option <preview title>
 * notice             in place of results; data-kind is auth, config, message, failed or empty
 * sign-in            the link in an auth or config notice     button <title of the bot's action>
 * notice-hint        why it failed, or why a sign-in ended
 * task, task-close   an action command's dialog; its X        dialog <title>, button “Close <title>”
 * task-card          the card in it, with buttons of the bot's
 * task-message       words in it; with task-done              button “Close”
 * task-sign-in       the link in its auth notice              button <title of the bot's action>
 * link-preview       the card of a link in the message        group “Preview: <preview title>”
 * remove-preview     takes it away                            button “Remove the preview”
 * link-sign-in       below the text: to show a preview        button <title of the bot's action>
 * compose-card       the card that waits to be sent           group “Card: <preview title>”
 * compose-text, send the text box, the button                 textbox “Type a message”, button “Send”
 * messages, message  the conversation, and a message of it    list “Messages”, listitem
 * message-card       the card in a message
 * show-wire, wire    opens the wire panel; the panel          button “Requests”, complementary “Requests”
 * wire-row           an exchange, newest first; data-kind is invoke or window (a teams-js message)
 * wire-clear         empties the panel                        button “Clear”
 * status             what screen readers are told             status
 */

export interface TeamsClientChoices {
  person?: 'ada' | 'grace' | 'linus';
  theme?: 'default' | 'dark' | 'contrast';
  command?: string;
  locale?: string;
  frame?: 'phone';
}

type InvokeName = InvokeRequest['name'];

/** A person at the Teams client. Each step returns when the page has done it. */
export class TeamsClient {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** @param url the client's origin: `http://localhost:3981` */
  static async open(page: Page, url: string, choices: TeamsClientChoices = {}): Promise<TeamsClient> {
    await page.goto(`${url}/?${new URLSearchParams({ ...choices })}`);
    const client = new TeamsClient(page);
    await client.#drawn();
    return client;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.#drawn();
  }

  /** The page accepts no click until it has its settings. */
  async #drawn(): Promise<void> {
    await this.get('messages').locator('li').first().waitFor();
  }

  /** Opens the extension's flyout and waits for the answer to its initial run. */
  async openExtension(): Promise<void> {
    await this.answered(() => this.get('open-extension').click());
  }

  /** Types into the search box, opening the flyout first, and waits for the answer. */
  async search(text: string): Promise<void> {
    if (!(await this.get('flyout').isVisible())) await this.openExtension();
    await this.answered(() => this.get('search-box').fill(text), text);
  }

  /** Does something that makes Teams ask the bot, and waits until the answer is on the screen.
   * @param text accept only the answer to this query */
  async answered(act: () => Promise<unknown>, text?: string): Promise<void> {
    const response = this.page.waitForResponse((candidate) => isResponseTo(candidate, text));
    // Awaited below. If `act` fails first, this must not become an unhandled rejection.
    response.catch(() => undefined);
    await act();
    await response;
    await this.get('flyout').locator('[aria-busy=false]').waitFor();
  }

  /** The titles in the list of results. */
  async results(): Promise<string[]> {
    const items = await this.get('result').all();
    return Promise.all(items.map(async (item) => (await item.getAttribute('aria-label')) ?? ''));
  }

  /** The text of the flyout in place of results. */
  async notice(): Promise<string> {
    return this.get('notice').innerText();
  }

  /** Opens the sign-in window. */
  async signIn(link: 'sign-in' | 'task-sign-in' | 'link-sign-in' = 'sign-in'): Promise<Page> {
    const [popup] = await Promise.all([this.page.waitForEvent('popup'), this.get(link).click()]);
    return popup;
  }

  /** Does something that makes Teams send this invoke, and waits for its answer.
   * @returns the page's request to its server */
  async sent(name: InvokeName, act: () => Promise<unknown>): Promise<Record<string, unknown>> {
    const response = this.page.waitForResponse((candidate) => invokeOf(candidate)?.name === name);
    response.catch(() => undefined);
    await act();
    return { ...invokeOf(await response) };
  }

  /** Chooses an action command from the extension's menu, and waits for the content of the dialog. */
  async chooseAction(id: string): Promise<void> {
    if (!(await this.get('flyout').isVisible())) await this.openExtension();
    await this.get('overflow').click();
    await this.sent('composeExtension/fetchTask', () => this.get(`action-${id}`).click());
    await this.shownTask();
  }

  /** Presses a button of the card in the dialog, and waits for the next content. */
  async press(button: string): Promise<void> {
    const press = () => this.get('task-card').getByRole('button', { name: button }).click();
    await this.sent('composeExtension/submitAction', press);
    await this.shownTask();
  }

  async shownTask(): Promise<void> {
    await this.get('task').locator('[aria-busy=false]').waitFor();
  }

  /** Pastes into the message, with the clipboard. */
  async paste(text: string): Promise<void> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.get('compose-text').focus();
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await this.page.keyboard.press('Control+V');
  }

  /** Puts a result into the compose box. @param index from 0 */
  async choose(index: number): Promise<void> {
    await this.get('result').nth(index).click();
    await this.get('compose-card').waitFor();
  }

  /** Sends the content of the compose box. @returns the new message */
  async send(): Promise<Locator> {
    const count = await this.get('message').count();
    await this.get('send').click();
    const message = this.get('message').nth(count);
    await message.waitFor();
    return message;
  }

  async become(person: NonNullable<TeamsClientChoices['person']>): Promise<void> {
    await this.get('person').selectOption(person);
  }

  /** @param locale one of the select's: `de-DE` */
  async speak(locale: string): Promise<void> {
    await this.get('language').selectOption(locale);
  }

  /** By the names of the table above. */
  get(testId: string): Locator {
    return this.page.getByTestId(testId);
  }
}

function isResponseTo(response: Response, text: string | undefined): boolean {
  const invoke = invokeOf(response);
  if (invoke?.name !== 'composeExtension/query') return false;
  // An empty box requests the initial run, which has no text.
  return text === undefined || invoke.text === (text.trim() === '' ? undefined : text);
}

function invokeOf(response: Response): InvokeRequest | undefined {
  return new URL(response.url()).pathname === '/api/invoke' ? response.request().postDataJSON() : undefined;
}
