import { percentEncode } from './percent-encode.ts';

/** What the places of a template stand for. */
export interface TemplateValues {
  query: string;
  skip: number;
  count: number;
  /** The number of the page. */
  page: number;
}
export type TemplateName = keyof TemplateValues;

export interface UrlTemplate {
  has(name: TemplateName): boolean;
  fill(values: TemplateValues): string;
}

const PLACE = /\{(query|skip|count|page)\}/g;
const ORIGIN = /^https?:\/\/[^/?#{}@\\\s]+(?=[/?]|$)/i;
/** A parameter's value; its name is the template's own. */
const PARAMETER = /^[^{}=]*(?:=.*)?$/s;

/** Reads an address with places to fill: `https://api.example.com/search?q={query}&limit={count}`. Places stand in
 * segments of the path and in values of the query alone, and what fills them is percent-encoded: no value can change
 * where a request goes or what else it asks (T53).
 * @throws {TypeError} for a template that can't be used */
export function readUrlTemplate(template: string): UrlTemplate {
  const [origin] = ORIGIN.exec(template) ?? [];
  if (origin === undefined || !URL.canParse(template)) throw new TypeError('must be an address with a plain origin');
  const rest = template.slice(origin.length);
  if (rest.includes('#')) throw new TypeError('must have no fragment');
  if (/[{}]/.test(rest.replace(PLACE, '')))
    throw new TypeError('has places other than {query}, {skip}, {count}, {page}');
  const [, search = ''] = /\?(.*)$/s.exec(rest) ?? [];
  if (!search.split('&').every((parameter) => PARAMETER.test(parameter))) {
    throw new TypeError('has a place in a parameter’s name');
  }
  return {
    has: (name) => rest.includes(`{${name}}`),
    fill: (values) => origin + rest.replace(PLACE, (_, name: TemplateName) => percentEncode(String(values[name]))),
  };
}
