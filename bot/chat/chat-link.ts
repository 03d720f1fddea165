import { languageFor } from '../platform/language.ts';
import { COMMAND_WORDS } from './commands.ts';

/** The address that opens a personal chat with the bot
 * (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams). */
export function chatLink(botId: string): string {
  return `https://teams.microsoft.com/l/chat/0/0?users=28:${botId}`;
}

/** The same, with the command to sign in to a connection written already. Names no person, so it may be sent to others. */
export function signInLink(botId: string, title: string, locale: string): string {
  const [signIn] = COMMAND_WORDS[languageFor(locale) ?? 'en'].signIn;
  return `${chatLink(botId)}&message=${encodeURIComponent(`${signIn} ${title}`)}`;
}
