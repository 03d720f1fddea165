// `npm run connections:schema`: writes connections.schema.json from the schema that the bot checks connections.json with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from './setup/ready.mjs';

ready();
const { connectionsSchemaText } = await import('../dist/scripts/connections-schema/schema.js');
writeFileSync(join(root, 'connections.schema.json'), connectionsSchemaText());
