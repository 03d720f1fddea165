import { ADA } from '../people.ts';
import type { Connector } from '../teams/connector/connector.ts';
import { signIn } from './sign-in.ts';
import { withStack } from './stack.ts';
import type { Transcript } from './transcript.ts';

/** The main job in a chat: plays Teams over HTTP and prints each step and message.
 * @throws {Error} that names the failed step */
export async function runChatScript(text: string): Promise<void> {
  await withStack(({ connector, transcript, stack }) => talk(connector, transcript, stack.botUrl, text));
}

async function talk(connector: Connector, transcript: Transcript, botUrl: string, text: string): Promise<void> {
  const send = <T>(step: string, activity: object, expect: (replies: Reply[]) => T) =>
    transcript.step(step, async () => {
      const before = connector.endpoints.received.length;
      const { status } = await connector.post(botUrl, activity);
      if (status !== 200) throw new Error(`status ${status}`);
      // The bot sends all replies before its response.
      const replies = connector.endpoints.received.slice(before).map(({ activity }) => activity as Reply);
      return { value: expect(replies), note: String(status), message: replies.flatMap(linesOf) };
    });
  const reply = <T>(text: string, expect: (replies: Reply[]) => T) =>
    send(`${ADA.name} sends “${text}”`, connector.messageActivity(ADA, { text: text }), expect);

  const installed = connector.installationActivities(ADA).find(({ type }) => type === 'installationUpdate');
  await send(`${ADA.name} installs the app`, installed ?? {}, expectMessage);
  const startUrl = await reply('sign in', expectSignIn);
  const state = await signIn(transcript, botUrl, startUrl);
  const closed = connector.invokeActivity(ADA, { name: 'signin/verifyState', value: { state } });
  await send('Teams sends the security code to the bot', closed, expectMessage);
  await reply(`search ${text}`, expectCards);
  await reply('sign out', expectMessage);
}

interface Reply {
  text?: string;
  attachments?: Attachment[];
}

interface Attachment {
  contentType: string;
  content: { text?: string; buttons?: { type: string; title: string; value: string }[]; body?: unknown };
}

function expectMessage(replies: Reply[]): void {
  if (replies.length === 0) throw new Error('expected a message, got none');
}

function expectSignIn(replies: Reply[]): string {
  const buttons = replies.flatMap(({ attachments = [] }) =>
    attachments.flatMap(({ content }) => content.buttons ?? []),
  );
  const url = buttons.find(({ type }) => type === 'signin')?.value;
  if (url === undefined) throw new Error(`expected a sign-in card, got: ${replies.flatMap(linesOf).join(' ')}`);
  return url;
}

function expectCards(replies: Reply[]): void {
  if (replies.some(({ attachments = [] }) => attachments.some(isAdaptive))) return;
  throw new Error(`expected results, got: ${replies.flatMap(linesOf).join(' ')}`);
}

function isAdaptive({ contentType }: Attachment): boolean {
  return contentType === 'application/vnd.microsoft.card.adaptive';
}

/** Text as is, buttons as `[title]`, a result's card as its title. */
function linesOf({ text, attachments = [] }: Reply): string[] {
  return [...(text ? text.split('\n').filter(Boolean) : []), ...attachments.map(lineOf)];
}

function lineOf(attachment: Attachment): string {
  const { text, buttons = [] } = attachment.content;
  if (isAdaptive(attachment)) return `* ${firstText(attachment.content.body) ?? 'a card'}`;
  return [text, ...buttons.map(({ title }) => `[${title}]`)].filter(Boolean).join(' ');
}

function firstText(element: unknown): string | undefined {
  if (Array.isArray(element)) return element.map(firstText).find((found) => found !== undefined);
  if (typeof element !== 'object' || element === null) return undefined;
  const { text, items, columns, inlines } = element as Record<string, unknown>;
  return typeof text === 'string' ? text : [items, columns, inlines].map(firstText).find((found) => found);
}
