/** Where the manifest says something to people: what a language's file can translate (Localization schema 1.30). */
const TRANSLATABLE_KEYS =
  /^(name|description)\.(short|full)$|^bots\[0\]\.commandLists\[\d+\]\.commands\[\d+\]\.(title|description)$|^composeExtensions\[0\]\.commands\[\d+\]\.((parameters\[\d+\]\.)?(title|description)|samplePrompts\[\d+\]\.text|parameters\[\d+\]\.choices\[\d+\]\.title|taskInfo\.title)$/;

/** Every text of a manifest that people read, under the key that a language's file has for it. */
export function textKeys(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map(TRANSLATABLE_KEYS.test(path) ? [[path, value]] : []);
  if (typeof value !== 'object' || value === null) return new Map();
  const children = Array.isArray(value)
    ? value.map((child, at) => [`${path}[${at}]`, child] as const)
    : Object.entries(value).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child] as const);
  return new Map(children.flatMap(([key, child]) => [...textKeys(child, key)]));
}
