import { asObject } from '../platform/json.ts';

/** What an activity says of where it comes from: what the Bot Framework makes a conversation reference of, and no more. */
export function conversationReference(activity: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { id, channelId, serviceUrl, locale, from, recipient, conversation } = activity;
  const { id: conversationId, conversationType, tenantId, isGroup } = asObject(conversation);
  return {
    id,
    channelId,
    serviceUrl,
    locale,
    from: { id: asObject(from).id },
    recipient: { id: asObject(recipient).id },
    conversation: { id: conversationId, conversationType, tenantId, isGroup },
  };
}
