// `npm run connections:docs`: writes docs/connect/<preset>.md from each file in bot/presets/, and the tables of presets in
// docs/CONNECT.md and docs/connect/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from './setup/ready.mjs';

ready();
const { connectionsDocs } = await import('../dist/scripts/connections-docs/docs.js');
const docs = connectionsDocs((path) => readFileSync(join(root, path), 'utf8'));
for (const [path, text] of docs) writeFileSync(join(root, path), text);
