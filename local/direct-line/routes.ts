import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { pathOf, RequestError, readJson, sendJson } from '../teams/http.ts';
import type { BotLink } from './bot-link.ts';
import type { Conversation, Conversations, Grant } from './conversations.ts';

export interface RouteDependencies {
  /** `http://localhost:3981`. */
  origin: string;
  secrets: ReadonlySet<string>;
  conversations: Conversations;
  bot: BotLink;
  calls: Record<string, number>;
}

const BASE = '/v3/directline';
type Fields = Record<string, unknown>;

/** Direct Line API 3.0, as far as clients use it, and the Connector's conversations for the bot's replies.
 * @throws {RequestError} */
export async function route(
  parts: RouteDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request);
  const [, , , first = '', second = '', third = ''] = path.split('/').map(decodeURIComponent);
  const { method } = request;
  if (path.startsWith('/v3/conversations/')) return receive(parts, request, response);
  if (!path.startsWith(`${BASE}/`)) throw new RequestError(404, `Nothing at ${path}.`);
  cors(request, response);
  if (method === 'OPTIONS') return void response.writeHead(204).end();
  const name = [method, first, first === 'tokens' ? second : third].filter(Boolean).join(' ');
  parts.calls[name] = (parts.calls[name] ?? 0) + 1;
  if (name === 'POST tokens generate') return generate(parts, request, response);
  const grant = parseGrant(parts, request);
  if (name === 'GET session') return sendJson(response, 200, { sessionId: `session-of-${grant.conversationId}` });
  if (name === 'POST tokens refresh') return sendToken(parts, response, 200, parts.conversations.renew(grant));
  if (name === 'POST conversations') return start(parts, grant, request, response);
  const conversation = own(parts, grant, second);
  if (name === 'GET conversations') return reconnect(parts, grant, request, response);
  if (name === 'POST conversations activities') return send(parts, grant, conversation, request, response);
  if (name === 'GET conversations activities') return poll(conversation, request, response);
  throw new RequestError(404, `Nothing at ${path}.`);
}

/** Allows every origin, because the token decides. */
function cors({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*');
  // `session` uses cookies, and browsers then do not accept `*`.
  if (headers.origin !== undefined) response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader('Vary', 'Origin');
}

/** @returns a valid bearer token's rights, if this page may use it */
export function parseGrant(
  { conversations }: RouteDependencies,
  request: IncomingMessage,
  token = bearerOf(request),
): Grant {
  const grant = conversations.grant(token);
  if (!grant) throw new RequestError(401, 'No such token.');
  if (Date.now() >= grant.expiresAt) throw new RequestError(403, 'The token has expired.');
  const { origin } = request.headers;
  if (origin !== undefined && grant.trustedOrigins.length > 0 && !grant.trustedOrigins.includes(origin)) {
    throw new RequestError(403, 'The token is not for pages of this origin.');
  }
  return grant;
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Clients expect 403 for an expired token and 404 for an ended conversation. */
export function own({ conversations }: RouteDependencies, grant: Grant, id: string): Conversation {
  if (grant.conversationId !== id) throw new RequestError(403, 'The token is for another conversation.');
  const conversation = conversations.find(id);
  if (!conversation) throw new RequestError(404, 'The conversation is over.');
  return conversation;
}

async function generate(parts: RouteDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!parts.secrets.has(bearerOf(request))) throw new RequestError(403, 'Only the secret makes tokens.');
  const { user, trustedOrigins } = ((await readJson(request)) ?? {}) as Fields;
  const { id, name } = (user ?? {}) as Fields;
  if (id !== undefined && !String(id).startsWith('dl_')) throw new RequestError(400, 'User ids begin with dl_.');
  const made = parts.conversations.generate(
    id === undefined ? undefined : { id: String(id), ...(name !== undefined && { name: String(name) }) },
    Array.isArray(trustedOrigins) ? trustedOrigins.map(String) : [],
  );
  sendToken(parts, response, 200, made);
}

function sendToken(
  { conversations, origin }: RouteDependencies,
  response: ServerResponse,
  status: number,
  { token, grant: { conversationId } }: { token: string; grant: Grant },
  watermark?: string,
): void {
  const stream = `${origin.replace(/^http/, 'ws')}${BASE}/conversations/${encodeURIComponent(conversationId)}/stream`;
  const streamUrl = `${stream}?watermark=${watermark ?? '-'}&t=${token}`;
  sendJson(response, status, {
    conversationId,
    token,
    expires_in: conversations.lifetime,
    ...(watermark !== undefined && { streamUrl, referenceGrammarId: conversationId }),
  });
}

async function start(
  parts: RouteDependencies,
  grant: Grant,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { locale } = JSON.parse((await readBody(request)) || '{}') as Fields;
  const conversation = own(parts, grant, grant.conversationId);
  sendToken(parts, response, conversation.started ? 200 : 201, parts.conversations.renew(grant), '-');
  if (conversation.started) return;
  conversation.started = true;
  await parts.bot.begin(conversation, grant.user, typeof locale === 'string' ? { locale } : {});
}

function reconnect(parts: RouteDependencies, grant: Grant, request: IncomingMessage, response: ServerResponse): void {
  const watermark = new URL(request.url ?? '/', parts.origin).searchParams.get('watermark') ?? '-';
  sendToken(parts, response, 200, parts.conversations.renew(grant), watermark);
}

/** The token's user is the sender, whatever the client claims. */
async function send(
  parts: RouteDependencies,
  { user }: Grant,
  conversation: Conversation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const message = ((await readJson(request)) ?? {}) as Fields;
  const from = { ...((message.from ?? {}) as Fields), ...user };
  const activity = conversation.add({
    ...message,
    from,
    conversation: { id: conversation.id },
    channelId: 'directline',
  });
  const status = await parts.bot.deliver(conversation, activity, {});
  if (status < 300) sendJson(response, 200, { id: activity.id });
  else sendJson(response, 502, { error: { code: 'BotError', message: `The bot answered ${status}` } });
}

function poll(conversation: Conversation, request: IncomingMessage, response: ServerResponse): void {
  const watermark = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('watermark') ?? 0) || 0;
  const activities = conversation.activities.slice(watermark);
  sendJson(response, 200, { activities, watermark: String(conversation.activities.length) });
}

/** The bot's replies: `POST /v3/conversations/{id}/activities[/{replyToId}]`. */
async function receive(parts: RouteDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , , id = '', subject = '', replyToId] = pathOf(request).split('/').map(decodeURIComponent);
  const conversation = parts.conversations.find(id);
  if (request.method !== 'POST' || subject !== 'activities' || !conversation) throw new RequestError(404, 'Not there.');
  const message = ((await readJson(request)) ?? {}) as Fields;
  const activity = conversation.add({
    ...message,
    ...(replyToId !== undefined && { replyToId }),
    from: { id: 'latchkey-local', name: 'Latchkey', role: 'bot' },
    conversation: { id },
    channelId: 'directline',
    timestamp: new Date().toISOString(),
  });
  sendJson(response, 200, { id: activity.id });
}
