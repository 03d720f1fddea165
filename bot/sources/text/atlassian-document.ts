import { asObject, isObject, type JsonObject, labelOf, parseJsonObject } from '../../platform/json.ts';
import { MAX_SNIPPET_LENGTH } from './snippet.ts';

/** Nodes that are lines or blocks of their own. */
const BLOCKS = new Set(
  'blockCard blockquote codeBlock decisionItem embedCard expand hardBreak heading listItem media mediaSingle nestedExpand panel paragraph rule tableCell tableHeader taskItem'.split(
    ' ',
  ),
);
const MAX_DEPTH = 50;
const MAX_NODES = 5_000;
const MAX_JSON_LENGTH = 500_000;

/** @returns a document of Jira or Confluence, which some calls return as JSON in a text; `undefined` for another value
 * @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
export function asAtlassianDocument(value: unknown): JsonObject | undefined {
  const isJson = typeof value === 'string' && value.startsWith('{') && value.length <= MAX_JSON_LENGTH;
  const document = isJson && value.includes('"doc"') ? parseJsonObject(value) : value;
  return isObject(document) && document.type === 'doc' && Array.isArray(document.content) ? document : undefined;
}

/** The text of a document's beginning. */
export function atlassianDocumentText(document: JsonObject): string {
  let text = '';
  let nodes = 0;
  const read = (value: unknown, depth: number): void => {
    const node = asObject(value);
    nodes++;
    text += ownText(node);
    const children = Array.isArray(node.content) && depth < MAX_DEPTH ? node.content : [];
    for (const child of children) {
      if (text.length > MAX_SNIPPET_LENGTH || nodes > MAX_NODES) return;
      read(child, depth + 1);
    }
    if (BLOCKS.has(labelOf(node.type))) text += ' ';
  };
  read(document, 0);
  return text;
}

/** Mentions, emoji, status labels, links and dates have their text in attributes. */
function ownText({ type, text, attrs }: JsonObject): string {
  const { text: label, shortName, url, title, timestamp } = asObject(attrs);
  if (type === 'date') return dayOf(timestamp);
  if (type === 'expand' || type === 'nestedExpand') return labelOf(title) && `${labelOf(title)} `;
  return labelOf(text) || labelOf(label) || labelOf(shortName) || labelOf(url);
}

/** @param timestamp milliseconds, as a text */
function dayOf(timestamp: unknown): string {
  // `Number` throws for some objects.
  const date = new Date(Number(labelOf(timestamp) || NaN));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}
