export interface PageForm {
  action: URL;
  fields: URLSearchParams;
  /** Values of the `action` buttons; empty for a button without a value. */
  buttons: string[];
  alert: string | undefined;
}

/** @throws {Error} if the page has no form */
export function readForm(pageUrl: URL, page: string): PageForm {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page);
  if (form === null) throw new Error(`no form on ${pageUrl.pathname}: ${alertOf(page) ?? titleOf(page)}`);
  const [, open = '', inside = ''] = form;
  const fields = new URLSearchParams();
  for (const [, attributes = ''] of inside.matchAll(/<input\b([^>]*)>/gi)) {
    const name = attribute(attributes, 'name');
    if (name) fields.set(name, attribute(attributes, 'value') ?? '');
  }
  const buttons = [...inside.matchAll(/<button\b([^>]*)>/gi)].flatMap(
    ([, each = '']) => attribute(each, 'value') ?? [],
  );
  return { action: new URL(attribute(open, 'action') ?? pageUrl.href, pageUrl), fields, buttons, alert: alertOf(page) };
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`, 'i').exec(attributes);
  return found?.[1] === undefined ? undefined : decode(found[1]);
}

function alertOf(page: string): string | undefined {
  const found = /<p class="alert"[^>]*>([^<]*)</.exec(page);
  return found?.[1] === undefined ? undefined : decode(found[1]);
}

function titleOf(page: string): string {
  return decode(/<title>([^<]*)</.exec(page)?.[1] ?? 'no title');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (all, name: string) => ENTITIES[name] ?? all);
}
