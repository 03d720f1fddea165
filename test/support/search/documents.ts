/** The documents of the stand-ins for searched APIs: enough for the contract suite, and the same in each. */
export interface Document {
  id: string;
  title: string;
  body: string;
  /** Its readers: all people, or editors. */
  restricted?: boolean;
  /** Its owner. Contoso's searches must not find Fabrikam's documents. */
  owner: 'contoso' | 'fabrikam';
  /** ISO 8601, or an attacker's text. */
  edited: string;
  by: string;
  /** Path on the stand-in, or a whole address. */
  url: string;
  image: string;
}

const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const LONG = 'hostile '.repeat(400);

const PLAIN: Partial<Document>[] = [
  {
    title: 'Los Angeles Lakers',
    body: 'The Los Angeles Lakers are a basketball team. The Lakers play in Los Angeles; LeBron James did, too.',
  },
  { title: 'LeBron James', body: 'LeBron James played for the Lakers, the Heat and the Cavaliers.' },
  { title: 'Los Angeles Lakers trade plan (restricted)', body: 'Whom the Lakers want to trade.', restricted: true },
  { title: 'Fabrikam on the Lakers', body: 'What Fabrikam knows of the lakers is secret.', owner: 'fabrikam' },
  ...Array.from({ length: 40 }, (_, at) => ({
    title: `Island ${at + 1}`,
    body: `An island, number ${at + 1}, in the sea.`,
  })),
  {
    title: 'O’Brien’s checklist',
    body: 'What O\'Brien & AT&T said of "release checklist": C++ is at src/app/main.ts.',
  },
  { title: 'Names', body: 'The main ts of an app src: T and AT. Draw 1:1, in C#, .NET or node.js.' },
  { title: '東京の手引き', body: '東京 Überstunden Żółć' },
];

/** Each attacks in its title, its text, or in a member beside them. */
const HOSTILE: Partial<Document>[] = [
  { title: '<script>alert(1)</script>', body: 'hostile <img src=x onerror=alert(1)>' },
  { title: '[click](https://evil.example) **bold**', body: 'hostile [link](javascript:alert(1))' },
  { title: 'line\r\nbreak\u0000\u001b[31m', body: 'hostile \u0000\u0007 controls \u007f' },
  { title: 'long '.repeat(400), body: LONG },
  { title: 'Elsewhere', body: 'hostile address', url: 'https://evil.example/page' },
  { title: 'Logs in', body: 'hostile address', url: 'https://user:password@evil.example/page' },
  { title: 'A script for a picture', body: 'hostile picture', image: 'javascript:alert(1)' },
  { title: 'Never edited', body: 'hostile time', edited: 'never' },
  { title: 'Template ${secret}', body: 'hostile {{DATE(2026-01-01T00:00:00Z,SHORT)}}', by: 'x\u0000\n'.repeat(200) },
  { title: 'half \ud800 a pair', body: 'hostile \udc00' },
];

/** Must not be shown: without a name, or with an address that a person cannot open. */
const UNUSABLE: Partial<Document>[] = [
  { title: '', body: 'hostile without a name' },
  { title: 'Runs a script', body: 'hostile address', url: 'javascript:alert(1)' },
];

/** The last document of the list changed last. */
export const DOCUMENTS: readonly Document[] = [...HOSTILE, ...UNUSABLE, ...PLAIN].map((given, at) => ({
  id: `d${at}`,
  title: '',
  body: '',
  owner: 'contoso',
  edited: new Date(START + at * MINUTE).toISOString(),
  by: 'Ada Example',
  url: `/pages/d${at}`,
  image: `/images/d${at}.png`,
  ...given,
}));
