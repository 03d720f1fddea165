import { ADA, GRACE } from '../../../local/people.ts';
import { startWiki } from '../../../local/wiki/wiki.ts';
import { startIssuer, type TestIssuer } from '../provider/wiki-issuer.ts';
import { type WikiControl, wikiControl } from './wiki-control.ts';

/** The local wiki in this process, with an issuer of its own, its hostile pages and its fault hooks. */
export interface TestWiki extends WikiControl {
  url: string;
  issuer: TestIssuer;
  /** Tokens of a person who may read every page, and of one who may not. */
  tokens: { editor: string; reader: string };
  close(): Promise<void>;
}

export async function startTestWiki(): Promise<TestWiki> {
  const issuer = await startIssuer();
  const wiki = await startWiki({ port: 0, issuers: [issuer], hostile: true, faults: true });
  return {
    url: wiki.url,
    issuer,
    tokens: { editor: await issuer.sign(ADA), reader: await issuer.sign(GRACE) },
    ...wikiControl(wiki.url),
    close: async () => {
      await wiki.close();
      await issuer.close();
    },
  };
}
