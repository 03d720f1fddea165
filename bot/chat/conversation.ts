import { asObject } from '../platform/json.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';

/** Top-level names of internal networks (RFC 6761, RFC 6762, RFC 9476). */
const INSIDE = /\.(local|localhost|internal|intranet|lan|home|corp|private|arpa|alt)$/i;

/** T48: besides the Connector's token, the address must be https with a public name.
 * @param loopback allows loopback addresses */
export function isServiceUrl(value: unknown, loopback: boolean): value is string {
  if (!isSafeUrl(value, loopback)) return false;
  const url = new URL(value);
  // The pattern also refuses IPv4 and IPv6 addresses.
  return isLoopback(url) || (/\.[a-z][a-z0-9-]+$/i.test(url.hostname) && !INSIDE.test(url.hostname));
}

type Activity = Record<string, unknown>;

export function hasReplyAddress({ conversation, id: activityId }: Activity): boolean {
  const { id } = asObject(conversation);
  return typeof id === 'string' && id !== '' && ['string', 'undefined'].includes(typeof activityId);
}

/** Whether only the user and the bot read the conversation. */
export function isPersonalChat(activity: Activity): boolean {
  const { channelId, conversation } = activity;
  if (isGroupConversation(activity)) return false;
  // Direct Line and Web Chat have one user per conversation.
  return (
    channelId === 'directline' || channelId === 'webchat' || asObject(conversation).conversationType === 'personal'
  );
}

/** Only Teams clients sign in without a window. In Direct Line a client could forge the invoke. */
export function supportsTokenExchange(activity: Activity): boolean {
  return activity.channelId === 'msteams' && isPersonalChat(activity);
}

export function isGroupConversation({ conversation }: Activity): boolean {
  const { conversationType, isGroup } = asObject(conversation);
  return (isGroup ?? false) !== false || conversationType === 'groupChat' || conversationType === 'channel';
}

/** Teams sends two activities for a new user: `installationUpdate` and `membersAdded`. Direct Line sends only the
 * second. */
export function shouldWelcome({ type, channelId, membersAdded, recipient }: Activity): boolean {
  if (type === 'installationUpdate') return channelId === 'msteams';
  if (channelId === 'msteams' || !Array.isArray(membersAdded)) return false;
  const { id } = asObject(recipient);
  return typeof id === 'string' && membersAdded.some((member) => asObject(member).id === id);
}
