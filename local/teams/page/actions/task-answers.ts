import type { InvokeResult } from '../../page-api.ts';
import { type Attachment, failed, property, type Reply, readAttachment, readResponse } from '../requests/answers.ts';

export type TaskResponse =
  /** Sizes in pixels. */
  | { type: 'card'; title: string; width: number; height: number; card: Attachment }
  | { type: 'text'; text: string }
  /** The dialog closes. */
  | { type: 'end' }
  | Reply;

/** Teams' sizes, in approximate pixels. */
const WIDTHS: Record<string, number> = { small: 360, medium: 480, large: 720 };
const HEIGHTS: Record<string, number> = { small: 160, medium: 280, large: 480 };

/** For an action command or a button of its card. */
export function readTask(result: InvokeResult): TaskResponse {
  const { status, body, request } = result;
  const task = property(body, 'task');
  if (status === 200 && (body === undefined || body === '')) return { type: 'end' };
  if (status !== 200 || task === undefined) return readResponse(result);
  const [type, value] = [property(task, 'type'), property(task, 'value')];
  if (type === 'message' && typeof value === 'string') return { type: 'text', text: value };
  const card = type === 'continue' ? readAttachment(property(value, 'card'), request.locale) : undefined;
  return card ? { type: 'card', card, ...frameOf(value) } : failed('Teams does not know this task');
}

function frameOf(value: unknown): { title: string; width: number; height: number } {
  const title = property(value, 'title');
  return {
    title: typeof title === 'string' ? title : '',
    width: pixels(property(value, 'width'), WIDTHS),
    height: pixels(property(value, 'height'), HEIGHTS),
  };
}

function pixels(size: unknown, names: Record<string, number>): number {
  return typeof size === 'number' ? size : (names[String(size)] ?? Number(names.medium));
}
