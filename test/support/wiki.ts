import { ADA, GRACE } from '../../local/people.ts';
import type { Call, Fault } from '../../local/wiki/faults/fault.ts';
import { startWiki } from '../../local/wiki/wiki.ts';
import { startIssuer, type TestIssuer } from './wiki-issuer.ts';

/** The local wiki in this process, with an issuer of its own, its hostile pages and its fault hooks. */
export interface TestWiki {
  url: string;
  issuer: TestIssuer;
  /** Tokens of somebody who may read everything, and of somebody who may not. */
  tokens: { editor: string; reader: string };
  fault(fault: Fault): Promise<void>;
  /** The calls of the API since the last time this was asked. */
  takeCalls(): Promise<Call[]>;
  close(): Promise<void>;
}

export async function startTestWiki(): Promise<TestWiki> {
  const issuer = await startIssuer();
  const wiki = await startWiki({ port: 0, issuers: [issuer], hostile: true, faults: true });
  return {
    url: wiki.url,
    issuer,
    tokens: { editor: await issuer.sign(ADA), reader: await issuer.sign(GRACE) },
    fault: async (fault) => {
      await fetch(`${wiki.url}/__fault`, { method: 'POST', body: JSON.stringify(fault) });
    },
    takeCalls: async () => {
      const { calls } = (await (await fetch(`${wiki.url}/__calls`)).json()) as { calls: Call[] };
      await fetch(`${wiki.url}/__calls`, { method: 'DELETE' });
      return calls;
    },
    close: async () => {
      await wiki.close();
      await issuer.close();
    },
  };
}
