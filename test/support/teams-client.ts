import type { Locator, Page, Response } from 'playwright-core';

/* Drives the local Teams client (local/teams/page) in a browser.
 *
 * Address: /?person=ada|grace|linus&theme=default|dark|contrast&command=<command id>&locale=<language tag>
 *
 * data-testid        what                                     role and accessible name
 * person, theme      the selects in the title bar             combobox “Signed in to Teams as”, “Theme”
 * open-extension     opens and closes the flyout              button “Latchkey”
 * flyout             the extension's surface                  dialog “Latchkey”
 * command-<id>       a search command, where several          tab <title>
 * search-box         the search box                           searchbox “Search <title>”
 * loading            grey rows while the bot is asked
 * results, result    the list, and a line of it               listbox “Results”, option <preview title>
 * notice             in place of results; data-kind is auth, config, message, failed or empty
 * sign-in            the link in an auth or config notice     button <title of the bot's action>
 * notice-hint        why it failed, or why a sign-in ended
 * compose-card       the card that waits to be sent           group “Card: <preview title>”
 * compose-text, send the text box, the button                 textbox “Type a message”, button “Send”
 * messages, message  the conversation, and a message of it    list “Messages”, listitem
 * message-card       the card in a message
 * show-wire, wire    opens the wire panel; the panel          button “Wire”, complementary “Wire”
 * wire-row           an exchange, newest first; data-kind is invoke or window (a teams-js message)
 * wire-clear         empties the panel                        button “Clear”
 * status             what screen readers are told             status
 */

export interface TeamsClientChoices {
  person?: 'ada' | 'grace' | 'linus';
  theme?: 'default' | 'dark' | 'contrast';
  command?: string;
  locale?: string;
}

/** A person at the Teams client. Each step returns when the page has done it. */
export class TeamsClient {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** @param url the client's origin: `http://localhost:3981` */
  static async open(page: Page, url: string, choices: TeamsClientChoices = {}): Promise<TeamsClient> {
    await page.goto(`${url}/?${new URLSearchParams({ ...choices })}`);
    await page.getByTestId('messages').locator('li').first().waitFor();
    return new TeamsClient(page);
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
   * @param text only the answer to this query will do */
  async answered(act: () => Promise<unknown>, text?: string): Promise<void> {
    const response = this.page.waitForResponse((candidate) => isAnswerTo(candidate, text));
    // Awaited below; a failure of `act` comes first and must not leave this one unhandled.
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

  /** What the flyout says in the place of results. */
  async notice(): Promise<string> {
    return this.get('notice').innerText();
  }

  /** Opens the sign-in window. */
  async signIn(): Promise<Page> {
    const [popup] = await Promise.all([this.page.waitForEvent('popup'), this.get('sign-in').click()]);
    return popup;
  }

  /** Puts a result into the compose box. @param index from 0 */
  async choose(index: number): Promise<void> {
    await this.get('result').nth(index).click();
    await this.get('compose-card').waitFor();
  }

  /** Sends what is in the compose box. @returns the new message */
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

  async wear(theme: NonNullable<TeamsClientChoices['theme']>): Promise<void> {
    await this.get('theme').selectOption(theme);
  }

  /** By the names of the table above. */
  get(testId: string): Locator {
    return this.page.getByTestId(testId);
  }
}

function isAnswerTo(response: Response, text: string | undefined): boolean {
  if (new URL(response.url()).pathname !== '/api/invoke') return false;
  // An empty box asks for the initial run, which has no text.
  return text === undefined || response.request().postDataJSON().text === (text.trim() === '' ? undefined : text);
}
