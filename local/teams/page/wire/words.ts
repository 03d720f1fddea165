import type { ChatActivity } from '../../page-api.ts';
import { property } from '../requests/answers.ts';

/** `“lakers”, with state → result (25)` */
export function describe(activity: ChatActivity, body: unknown): string {
  const { value, text } = activity;
  if (activity.type !== 'invoke')
    return text === undefined ? (value === undefined ? 'to the bot' : JSON.stringify(value)) : `“${text}”`;
  const name = nameOf(activity);
  if (name.startsWith('signin/')) return 'the sign-in window has closed';
  const state = property(value, 'state') === undefined ? [] : ['with state'];
  return `${[...requested(name, value), ...state].join(', ')} → ${answered(body)}`;
}

export function nameOf(activity: ChatActivity): string {
  return activity.type === 'invoke' ? String(property(activity, 'name')) : activity.type;
}

function requested(name: string, value: unknown): string[] {
  if (name === 'composeExtension/query') return query(value);
  if (name === 'composeExtension/queryLink') return [String(property(value, 'url'))];
  if (name === 'composeExtension/setting') return ['ended'];
  const data = property(value, 'data');
  return [String(property(value, 'commandId')), ...(data === undefined ? [] : [JSON.stringify(data)])];
}

function query(value: unknown): string[] {
  const parameters = property(value, 'parameters');
  const first: unknown = Array.isArray(parameters) ? parameters[0] : undefined;
  const initial = property(first, 'name') === 'initialRun';
  const skip = Number(property(property(value, 'queryOptions'), 'skip'));
  return [initial ? 'initial run' : `“${String(property(first, 'value'))}”`, ...(skip > 0 ? [`from ${skip}`] : [])];
}

function answered(body: unknown): string {
  const task = property(property(body, 'task'), 'type');
  if (task !== undefined) return `task ${String(task)}`;
  const extension = property(body, 'composeExtension');
  const attachments = property(extension, 'attachments');
  const count = Array.isArray(attachments) ? ` (${attachments.length})` : '';
  return `${String(property(extension, 'type') ?? 'no answer')}${count}`;
}
