// Microsoft's own validation of a manifest on standard input, against the schema of its version in the package: prints
// the errors as JSON. In its own process, because Jest cannot load that package's ES modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ManifestUtil } from '@microsoft/app-manifest';

const manifest = JSON.parse(readFileSync(0, 'utf8'));
const path = `teams/v${manifest.manifestVersion}/MicrosoftTeams.schema.json`;
const file = createRequire(import.meta.url).resolve(`@microsoft/app-manifest/build/json-schemas/${path}`);
const schema = JSON.parse(readFileSync(file, 'utf8'));
console.log(JSON.stringify(await ManifestUtil.validateManifestAgainstSchema(manifest, schema)));
