import { randomUUID } from 'node:crypto';
import { postToBot, requestHeaders } from '../teams/connector/post.ts';
import type { KeyRing } from '../teams/connector/signing-keys.ts';
import { signConnectorToken } from '../teams/connector/token.ts';
import type { Conversation, Grant } from './conversations.ts';

interface BotLinkOptions {
  botId: string;
  /** May become known later. */
  botUrl(): string;
  /** The Connector's keys, endorsed for this channel. */
  keys: KeyRing;
  serviceUrl: string;
}

type Activity = Record<string, unknown>;

/** Posts activities with a Connector token. */
export class BotLink {
  readonly #options: BotLinkOptions;

  constructor(options: BotLinkOptions) {
    this.#options = options;
  }

  /** Adds the bot and the user. @param setting from the client's start */
  async begin(conversation: Conversation, user: Grant['user'], setting: { locale?: string }): Promise<void> {
    const bot = this.#bot;
    const members = [bot, ...(user ? [user] : [])];
    for (const member of members) {
      const activity = { type: 'conversationUpdate', membersAdded: [member], from: user ?? bot };
      await this.deliver(conversation, { ...activity, id: randomUUID() }, setting);
    }
  }

  /** The channel's members override the sender's. @returns the bot's status */
  async deliver(conversation: Conversation, activity: Activity, setting: { locale?: string }): Promise<number> {
    const { botId, botUrl, keys, serviceUrl } = this.#options;
    const sent = {
      locale: 'en-US',
      ...setting,
      ...activity,
      channelId: 'directline',
      serviceUrl,
      timestamp: new Date().toISOString(),
      conversation: { id: conversation.id },
      recipient: this.#bot,
    };
    const token = signConnectorToken({ botId, serviceUrl, key: keys.current, now: new Date() });
    const { status } = await postToBot(botUrl(), JSON.stringify(sent), requestHeaders(token), 15_000);
    return status;
  }

  get #bot(): { id: string; name: string } {
    return { id: 'latchkey-local', name: 'Latchkey' };
  }
}
