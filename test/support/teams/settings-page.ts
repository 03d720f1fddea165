import type { Person } from '../../../local/people.ts';
import { answerIn, type World } from '../world/world.ts';
import { postInvoke } from './actions.ts';

interface SettingsResponse {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** A browser on the settings page: stores the cookies that it gets. */
export class SettingsBrowser {
  readonly cookies = new Map<string, string>();
  readonly #botUrl: string;

  constructor(botUrl: string) {
    this.#botUrl = botUrl;
  }

  async post(call: string, body: object, origin = this.#botUrl): Promise<SettingsResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#botUrl}/auth/api/${call}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, ...(cookie && { Cookie: cookie }) },
      body: JSON.stringify(body),
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  }
}

/** Teams opens the settings page at this address for a person. */
export async function settingsUrl({ connector, botUrl }: World, person: Person): Promise<URL> {
  const invoke = { name: 'composeExtension/querySettingUrl', value: { commandId: 'insertWiki' } };
  const { type, suggestedActions } = answerIn(await postInvoke(connector, botUrl, person, invoke));
  if (type !== 'config') throw new Error(`The bot returned ${type}`);
  return new URL(suggestedActions?.actions[0]?.value ?? '');
}

export async function settingsTicket(world: World, person: Person): Promise<string> {
  return (await settingsUrl(world, person)).searchParams.get('ticket') ?? '';
}

/** The settings page, opened with a new ticket. @returns its browser */
export async function openSettings(world: World, person: Person): Promise<SettingsBrowser> {
  const browser = new SettingsBrowser(world.botUrl);
  const { status } = await browser.post('settings', { ticket: await settingsTicket(world, person) });
  if (status !== 200) throw new Error(`The settings page returned ${status}`);
  return browser;
}
