import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtPath } from '../../../local/paths.ts';

interface SentRequest {
  url: string;
  method?: string;
  body?: string;
  repeatable?: boolean;
}

/** The bot's HTTP client in a process of its own. */
export interface HttpClientProcess {
  /** @returns the status, or the code of the error */
  send(request: SentRequest): Promise<number | string>;
  stop(): void;
}

const SCRIPT = fileURLToPath(new URL('http-client-process.mjs', import.meta.url));

/** @param authorityFile a PEM file that it trusts @param proxy the origin of a forward proxy */
export async function startHttpClient(authorityFile: string, proxy = ''): Promise<HttpClientProcess> {
  const client = pathToFileURL(builtPath('bot/platform/http-client.js')).href;
  const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: authorityFile };
  const child = fork(SCRIPT, [client, proxy], { env, execArgv: [] });
  await once(child, 'message');
  const waiting = new Map<number, (outcome: number | string) => void>();
  child.on('message', ({ id, outcome }: { id: number; outcome: number | string }) => {
    waiting.get(id)?.(outcome);
    waiting.delete(id);
  });
  let count = 0;
  return {
    send(request) {
      const id = count++;
      const answered = new Promise<number | string>((resolve) => waiting.set(id, resolve));
      child.send({ id, ...request });
      return answered;
    },
    stop: () => void child.kill(),
  };
}
