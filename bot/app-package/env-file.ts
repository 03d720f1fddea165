const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/** Reads a `.env` file: `NAME=value` a line, `#` comments, single or double quotes around a value. */
export function parseEnvFile(text: string): Record<string, string> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const entries = lines.flatMap((line) => {
    const [, name, value] = LINE.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, unquote(value)] as const];
  });
  return Object.fromEntries(entries);
}

function unquote(value: string): string {
  const [, quoted] = /^(?:"([^"]*)"|'([^']*)')/.exec(value)?.filter((part) => part !== undefined) ?? [];
  return quoted ?? value.replace(/(^|\s+)#.*$/, '');
}
