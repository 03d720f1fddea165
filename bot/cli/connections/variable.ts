/** The name of the environment variable for a value of an entry: `jira` and `clientSecret` make `JIRA_CLIENT_SECRET`. */
export function variableFor(id: string, key: string): string {
  const name = `${id}_${key.replace(/[A-Z]/g, '_$&')}`.toUpperCase().replaceAll('-', '_');
  return /^[A-Z]/.test(name) ? name : `CONNECTION_${name}`;
}
