import { asObject } from '../platform/json.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';

/** Names that lead nowhere but inside (RFC 6761, RFC 6762, RFC 9476). */
const INSIDE = /\.(local|localhost|internal|intranet|lan|home|corp|private|arpa|alt)$/i;

/** T48: whether the bot sends there. The Connector's token vouches for the address; that it leads out, to a name that the
 * world knows, over https, is asked besides.
 * @param loopback `BASE_URL` is loopback: then this machine's stand-ins are what there is */
export function isServiceUrl(value: unknown, loopback: boolean): value is string {
  if (!isSafeUrl(value, loopback)) return false;
  const url = new URL(value);
  // An address in numbers, of either kind, has no such end.
  return isLoopback(url) || (/\.[a-z][a-z0-9-]+$/i.test(url.hostname) && !INSIDE.test(url.hostname));
}

type Activity = Record<string, unknown>;

/** Whether it says where an answer would go. */
export function hasReplyAddress({ conversation, id: activityId }: Activity): boolean {
  const { id } = asObject(conversation);
  return typeof id === 'string' && id !== '' && ['string', 'undefined'].includes(typeof activityId);
}

/** Whether nobody but the person and the bot reads what is said there. */
export function isPersonalChat(activity: Activity): boolean {
  const { channelId, conversation } = activity;
  if (isGroupConversation(activity)) return false;
  // Direct Line and Web Chat give each conversation one user.
  return (
    channelId === 'directline' || channelId === 'webchat' || asObject(conversation).conversationType === 'personal'
  );
}

/** Whether what comes from there may be the work of a Teams client that signs in without a window. Web Chat does not do so
 * by itself, and in Direct Line whoever writes the client says what it brings. */
export function supportsTokenExchange(activity: Activity): boolean {
  return activity.channelId === 'msteams' && isPersonalChat(activity);
}

/** Whether it says of itself that others read there. */
export function isGroupConversation({ conversation }: Activity): boolean {
  const { conversationType, isGroup } = asObject(conversation);
  return (isGroup ?? false) !== false || conversationType === 'groupChat' || conversationType === 'channel';
}

/** Whether this says that somebody is new here. Teams says so twice: by the installation, and by the bot becoming a member;
 * Direct Line knows the second alone. */
export function shouldWelcome({ type, channelId, membersAdded, recipient }: Activity): boolean {
  if (type === 'installationUpdate') return channelId === 'msteams';
  if (channelId === 'msteams' || !Array.isArray(membersAdded)) return false;
  const { id } = asObject(recipient);
  return typeof id === 'string' && membersAdded.some((member) => asObject(member).id === id);
}
