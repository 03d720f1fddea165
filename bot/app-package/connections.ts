import { type ConnectionConfig, parseConnections } from '../config/connections-file.ts';
import type { Env } from '../config/setting.ts';
import type { ReportProblem } from './types.ts';

/** Secrets, scopes, where to sign in: no package holds anything of them. */
const NOT_PACKAGED = /^connections\.\d+\.(signIn\.(?!type$)|source\.(headers|fields)\.)/;
/** But of Entra's registration its id, for `webApplicationInfo`. */
const ENTRA_FIELDS = /^connections\.(\d+)\.signIn\.(clientId|authority|resource)$/;

/** The connections for a package, from their file's parsed JSON: as the service reads them, but for variables that
 * nothing in a package comes from, which need not be set. @param file its name, for problems */
export function readPackagedConnections(
  raw: unknown,
  { file, variables, loopback }: { file: string; variables: Env; loopback: boolean },
  note: ReportProblem,
): readonly ConnectionConfig[] {
  const problem = (what: string) => {
    const fix = `Mend ${file}, or set the variable where the package's other variables are set.`;
    note({ level: 'error', code: 'connections.file', what: `${file}: ${what}`, fix });
  };
  return parseConnections(raw, variables, loopback, problem, (path) => isPackaged(raw, path));
}

function isPackaged(raw: unknown, path: string): boolean {
  const [, index] = ENTRA_FIELDS.exec(path) ?? [];
  if (index === undefined) return !NOT_PACKAGED.test(path);
  const { connections } = raw as { connections: { signIn: { type?: unknown } }[] };
  return ['entra', 'teamsSso'].includes(String(connections[Number(index)]?.signIn.type));
}
