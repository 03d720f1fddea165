import { mediawikiSource } from '../../bot/sources/mediawiki.ts';
import type { Source } from '../../bot/sources/source.ts';
import type { Call, Fault } from '../../local/wiki/faults/fault.ts';
import { startTestWiki } from '../support/wiki.ts';

/** What the contract suite needs of an implementation: the source, a server for it that can fail, words to search. */
export interface SourceHarness {
  name: string;
  start(): Promise<SourceServer>;
}

export interface SourceServer {
  source: Source;
  origin: string;
  tokens: { editor: string; reader: string };
  words: {
    /** Finds `best` first, and with an editor's token `restricted` too. */
    word: string;
    best: string;
    restricted: string;
    /** Finds more than 30 pages. */
    many: string;
    /** Finds the pages that attack their reader. */
    hostile: string;
  };
  fault(fault: Fault): Promise<void>;
  /** Calls since the last time. */
  takeCalls(): Promise<Call[]>;
  close(): Promise<void>;
}

const mediawiki: SourceHarness = {
  name: 'mediawiki',
  async start() {
    const wiki = await startTestWiki();
    return {
      ...wiki,
      origin: wiki.url,
      source: mediawikiSource({ url: wiki.url, userAgent: 'Latchkey/test' }),
      words: {
        word: 'lakers',
        best: 'Los Angeles Lakers',
        restricted: 'Los Angeles Lakers trade plan (restricted)',
        many: 'island',
        hostile: 'hostile',
      },
    };
  },
};

/** Every source; a new one adds itself here. */
export const HARNESSES: SourceHarness[] = [mediawiki];
