import { type ConnectionConfig, parseConnections } from '../config/connections-file.ts';
import type { Env } from '../config/setting.ts';
import type { Note } from './types.ts';

/** What no package holds: secrets, scopes, where to sign in. Only what the sign-in is, and Entra's id of it. */
const NOT_PACKAGED = /^connections\.\d+\.(signIn\.(?!type$|clientId$|authority$)|source\.(headers|fields)\.)/;

/** The connections for a package, from their file's parsed JSON: as the service reads them, but for variables that
 * nothing in a package comes from, which need not be set. @param file its name, for problems */
export function readPackagedConnections(
  raw: unknown,
  { file, variables, loopback }: { file: string; variables: Env; loopback: boolean },
  note: Note,
): readonly ConnectionConfig[] {
  const problem = (what: string) => {
    const fix = `Mend ${file}, or set the variable where the package's other variables are set.`;
    note({ level: 'error', code: 'connections.file', what: `${file}: ${what}`, fix });
  };
  return parseConnections(raw, variables, loopback, problem, (path) => !NOT_PACKAGED.test(path));
}
