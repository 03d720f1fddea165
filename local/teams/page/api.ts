import type { ChatRequest, ChatResult, InvokeRequest, InvokeResult, LaterReplies, Settings } from '../page-api.ts';

export async function getSettings(): Promise<Settings> {
  return read<Settings>(await fetch('/api/settings'));
}

/** Sends one query through the page's server. @throws {Error} when the server itself fails */
export async function postInvoke(request: InvokeRequest): Promise<InvokeResult> {
  return post<InvokeResult>('/api/invoke', request);
}

/** Says or does something in a chat with the bot, likewise. */
export async function postChat(request: ChatRequest): Promise<ChatResult> {
  return post<ChatResult>('/api/chat', request);
}

/** What the bot has said in a chat since. */
export async function getReplies(conversation: string, after: number): Promise<LaterReplies> {
  return read<LaterReplies>(await fetch(`/api/chat?${new URLSearchParams({ conversation, after: String(after) })}`));
}

async function post<T>(path: string, request: unknown): Promise<T> {
  const body = JSON.stringify(request);
  return read<T>(await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The Teams client's server says ${response.status}: ${await response.text()}`);
  return response.json() as Promise<T>;
}
