// Microsoft's own validation of a manifest on standard input, against the schema of its version, as the package bundles
// it: prints the errors as JSON. A process of its own, since that package loads ES modules in a way that Jest can't.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ManifestUtil } from '@microsoft/app-manifest';

const manifest = JSON.parse(readFileSync(0, 'utf8'));
const path = `teams/v${manifest.manifestVersion}/MicrosoftTeams.schema.json`;
const file = createRequire(import.meta.url).resolve(`@microsoft/app-manifest/build/json-schemas/${path}`);
const schema = JSON.parse(readFileSync(file, 'utf8'));
console.log(JSON.stringify(await ManifestUtil.validateManifestAgainstSchema(manifest, schema)));
