import type { Item } from './items.ts';

/** Builds the ten cards and the sign-in prompt for the other servers, byte for byte like Latchkey: plain objects as in
 * Microsoft's samples. Escapes and checks are extra work that only Latchkey does. */

export const TITLE = 'Contoso wiki';
export const ACCOUNT = 'ada@contoso.example';

const DATE = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });

export function resultsOf(items: readonly Item[]): object {
  return { composeExtension: { type: 'result', attachmentLayout: 'list', attachments: items.map(attachment) } };
}

export function signInOf(url: string): object {
  const actions = [{ type: 'openUrl', value: url, title: `Sign in to ${TITLE}` }];
  return { composeExtension: { type: 'auth', suggestedActions: { actions } } };
}

function attachment(item: Item): object {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: card(item),
    preview: {
      contentType: 'application/vnd.microsoft.card.thumbnail',
      content: { title: item.title, text: item.snippet.map(({ text }) => text).join('') },
    },
  };
}

function card({ title, snippet, url, edited }: Item): object {
  const runs = snippet.map(({ text, hit }) => ({ type: 'TextRun', text, ...(hit && { weight: 'Bolder' }) }));
  const items = [
    richText([{ type: 'TextRun', text: title, size: 'Medium', weight: 'Bolder' }]),
    richText(runs, { spacing: 'Small' }),
    subtle(`Last edited ${DATE.format(edited.at)} by ${edited.by}`),
  ];
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.3',
    body: [{ type: 'ColumnSet', columns: [{ type: 'Column', width: 'stretch', items }] }, subtle(TITLE)],
    actions: [{ type: 'Action.OpenUrl', title: `View in ${TITLE}`, url }],
  };
}

function richText(inlines: readonly object[], extra: object = {}): object {
  return { type: 'RichTextBlock', inlines, ...extra };
}

function subtle(text: string): object {
  return richText([{ type: 'TextRun', text, size: 'Small', isSubtle: true }], { spacing: 'Small' });
}
