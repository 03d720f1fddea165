import { asObject } from '../platform/json.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';

/** Top-level names of internal networks (RFC 6761, RFC 6762, RFC 9476). */
const INSIDE = /\.(local|localhost|internal|intranet|lan|home|corp|private|arpa|alt)$/i;

/** T48: the Connector's token is not enough. The address must be https with a public name.
 * @param loopback allows loopback addresses */
export function isServiceUrl(value: unknown, loopback: boolean): value is string {
  if (!isSafeUrl(value, loopback)) return false;
  const url = new URL(value);
  // The pattern also refuses IP addresses.
  return isLoopback(url) || (/\.[a-z][a-z0-9-]+$/i.test(url.hostname) && !INSIDE.test(url.hostname));
}

type Activity = Record<string, unknown>;

export function hasReplyAddress({ conversation, id: activityId }: Activity): boolean {
  const { id } = asObject(conversation);
  return typeof id === 'string' && id !== '' && ['string', 'undefined'].includes(typeof activityId);
}

export function isPersonalChat(activity: Activity): boolean {
  const { channelId, conversation } = activity;
  if (isGroupConversation(activity)) return false;
  // These channels have one user per conversation.
  return (
    channelId === 'directline' || channelId === 'webchat' || asObject(conversation).conversationType === 'personal'
  );
}

/** Only Teams clients sign in without a window. A Direct Line client could forge the invoke. */
export function supportsTokenExchange(activity: Activity): boolean {
  return activity.channelId === 'msteams' && isPersonalChat(activity);
}

export function isGroupConversation({ conversation }: Activity): boolean {
  const { conversationType, isGroup } = asObject(conversation);
  return (isGroup ?? false) !== false || conversationType === 'groupChat' || conversationType === 'channel';
}

/** For a new user, Teams sends `installationUpdate` and `membersAdded`. Direct Line sends only the second. */
export function shouldWelcome({ type, channelId, membersAdded, recipient }: Activity): boolean {
  if (type === 'installationUpdate') return channelId === 'msteams';
  if (channelId === 'msteams' || !Array.isArray(membersAdded)) return false;
  const { id } = asObject(recipient);
  return typeof id === 'string' && membersAdded.some((member) => asObject(member).id === id);
}
