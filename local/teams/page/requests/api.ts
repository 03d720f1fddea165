import type { ChatRequest, ChatResult, InvokeRequest, InvokeResult, LaterReplies, Settings } from '../../page-api.ts';

export async function getSettings(): Promise<Settings> {
  return read<Settings>(await fetch('/api/settings'));
}

/** @throws {Error} if the page's server fails */
export async function postInvoke(request: InvokeRequest): Promise<InvokeResult> {
  return post<InvokeResult>('/api/invoke', request);
}

/** @throws {Error} if the page's server fails */
export async function postChat(request: ChatRequest): Promise<ChatResult> {
  return post<ChatResult>('/api/chat', request);
}

export async function getReplies(conversation: string, after: number): Promise<LaterReplies> {
  return read<LaterReplies>(await fetch(`/api/chat?${new URLSearchParams({ conversation, after: String(after) })}`));
}

async function post<T>(path: string, request: unknown): Promise<T> {
  const body = JSON.stringify(request);
  return read<T>(await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok)
    throw new Error(`The server of the Teams client answers ${response.status}: ${await response.text()}`);
  return response.json() as Promise<T>;
}
