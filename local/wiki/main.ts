import type { Issuer } from './access-token.ts';
import { startWiki } from './wiki.ts';

// Environment:
//   PORT          3980
//   ISSUERS       accepted issuers, comma separated: an issuer, or issuer=address of its JWKS
//   ORIGIN        the origin in links, http://localhost:<PORT>
//   WIKI_HOSTILE  1 loads pages that attack their reader
//   WIKI_FAULTS   1 serves /__fault and /__calls
const { PORT = '3980', ISSUERS = '', ORIGIN, WIKI_HOSTILE, WIKI_FAULTS } = process.env;

const wiki = await startWiki({
  port: Number(PORT),
  issuers: issuersOf(ISSUERS),
  ...(ORIGIN && { origin: ORIGIN }),
  hostile: WIKI_HOSTILE === '1',
  faults: WIKI_FAULTS === '1',
});
console.log(`Wiki at ${wiki.url}, listening on port ${new URL(wiki.url).port || PORT}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    wiki.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

function issuersOf(text: string): Issuer[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    const [issuer = '', jwksUri] = entry.split('=');
    return { issuer, ...(jwksUri && { jwksUri }) };
  });
}
