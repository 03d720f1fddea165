import type { Person } from '../../../local/people.ts';
import type { ChatEntry } from '../../../local/teams/connector/activity.ts';
import type { PostResult } from '../../../local/teams/connector/post.ts';
import { patient } from '../patience.ts';
import { eventually, type World } from '../world/world.ts';

/** An attachment of the bot, of any kind. */
interface ChatAttachment {
  contentType: string;
  content: {
    text?: string;
    body?: unknown[];
    buttons?: { type: string; title: string; value: string }[];
    [key: string]: unknown;
  };
}

/** A message of the bot in a chat. */
export interface ChatReply {
  type: string;
  text?: string;
  attachments?: ChatAttachment[];
  attachmentLayout?: string;
  replyToId?: string;
  conversation?: { id: string };
}

export const CARD = {
  adaptive: 'application/vnd.microsoft.card.adaptive',
  oauth: 'application/vnd.microsoft.card.oauth',
  hero: 'application/vnd.microsoft.card.hero',
  signIn: 'application/vnd.microsoft.card.signin',
} as const;

/** The bot's messages so far. */
export function replies(world: World): { conversationId: string; reply: ChatReply }[] {
  return world.connector.endpoints.received.map(({ conversationId, activity }) => ({
    conversationId,
    reply: activity as ChatReply,
  }));
}

/** The bot's messages after this many replies. */
export function repliesSince(world: World, before: number): ChatReply[] {
  return replies(world)
    .slice(before)
    .map(({ reply }) => reply);
}

/** The bot's replies to a message. All of them exist when the message gets its response.
 * @throws {Error} unless that is 200 */
export async function repliesTo(world: World, activity: object): Promise<ChatReply[]> {
  const { status, sent } = await deliver(world, activity);
  if (status !== 200) throw new Error(`The bot returned ${status}`);
  return sent;
}

/** `sent`: the replies to this activity, before its response. The bot may also still send replies to an earlier invoke. */
async function deliver(world: World, activity: object): Promise<{ status: number; sent: ChatReply[] }> {
  const { id } = activity as { id?: unknown };
  const before = replies(world).length;
  const { status } = await world.connector.post(world.botUrl, activity, { timeout: patient(15_000) });
  return { status, sent: repliesSince(world, before).filter(({ replyToId }) => replyToId === id) };
}

/** Sends a message to the bot in the person's own chat with it. */
export function tell(world: World, person: Person, message: string | ChatEntry): Promise<ChatReply[]> {
  return repliesTo(
    world,
    world.connector.messageActivity(person, typeof message === 'string' ? { text: message } : message),
  );
}

/** The text of a reply, or of its card. */
export function textOf(reply: ChatReply | undefined): string {
  return reply?.text ?? reply?.attachments?.map(({ content }) => content.text ?? '').join('\n') ?? '';
}

/** The buttons of a reply's cards. */
export function buttonsOf(reply: ChatReply | undefined): { type: string; title: string; value: string }[] {
  return (reply?.attachments ?? []).flatMap(({ content }) => content.buttons ?? []);
}

/** The tickets in a reply's sign-in buttons, by the button's title. */
export function ticketsIn(reply: ChatReply | undefined): Map<string, string> {
  const buttons = buttonsOf(reply).filter(({ type }) => type === 'signin');
  return new Map(buttons.map(({ title, value }) => [title, new URL(value).searchParams.get('ticket') ?? '']));
}

/** `signin/verifyState`, as Teams sends it when the sign-in window has closed. */
export async function verifyState(
  world: World,
  person: Person,
  value: unknown,
  change: object = {},
): Promise<{ status: number; message: ChatReply[] }> {
  const activity = world.connector.invokeActivity(person, { name: 'signin/verifyState', value });
  const { status, sent } = await deliver(world, { ...activity, ...change });
  return { status, message: sent };
}

/** The token request of a card; `undefined` for another card. */
export function exchangeIn(
  reply: ChatReply | undefined,
): { id: string; uri: string; connectionName: string } | undefined {
  const card = reply?.attachments?.find(({ contentType }) => contentType === CARD.oauth);
  const { connectionName, tokenExchangeResource } = card?.content ?? {};
  return card && ({ connectionName, ...(tokenExchangeResource as object) } as ReturnType<typeof exchangeIn>);
}

/** `signin/tokenExchange`, as each of a person's devices sends it. */
export function tokenExchange(
  world: World,
  person: Person,
  value: unknown,
  { botUrl = world.botUrl, change = {} }: { botUrl?: string; change?: object } = {},
): Promise<PostResult> {
  const activity = world.connector.invokeActivity(person, { name: 'signin/tokenExchange', value });
  return world.connector.post(botUrl, { ...activity, ...change }, { timeout: patient(15_000) });
}

/** The messages after this many replies, once they contain these words: the bot continues after its response to an
 * invoke. */
export async function messageUntil(world: World, before: number, text: RegExp): Promise<ChatReply[]> {
  return eventually(
    () => repliesSince(world, before),
    (messages) => messages.some((reply) => text.test(JSON.stringify(reply))),
  );
}
