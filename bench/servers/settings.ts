export interface Settings {
  port: number;
  /** `memory` searches in the process, `http` calls the wiki. */
  workload: 'memory' | 'http';
  wikiUrl: string;
  /** The stand-in Connector's OpenID metadata and keys. */
  metadataUrl: string;
  keysUrl: string;
  /** One more user who is signed in. */
  user?: { objectId: string; accessToken: string };
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { PORT, WORKLOAD, WIKI_URL, METADATA_URL, KEYS_URL, USER_OBJECT_ID, USER_TOKEN } = env;
  if (!PORT || !WIKI_URL || !METADATA_URL || !KEYS_URL) throw new Error('PORT, WIKI_URL, METADATA_URL, KEYS_URL');
  return {
    port: Number(PORT),
    workload: WORKLOAD === 'http' ? 'http' : 'memory',
    wikiUrl: WIKI_URL,
    metadataUrl: METADATA_URL,
    keysUrl: KEYS_URL,
    ...(USER_OBJECT_ID && USER_TOKEN && { user: { objectId: USER_OBJECT_ID, accessToken: USER_TOKEN } }),
  };
}

/** The harness waits for this text. */
export function showReady(port: number): void {
  console.log(`The server is listening on port ${port}`);
}
