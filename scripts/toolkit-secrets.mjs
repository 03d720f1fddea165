// `npm run toolkit:secrets -- --env dev`, the first step of `provision`: reports values that env/.env.<env> lacks
// before it creates Azure resources, and generates the key of the store once. The Toolkit logs the output of a step, so
// the key goes into env/.env.<env>.user, which git ignores. The Toolkit has already read that file, so you must
// provision again.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';

const TO_FILL_IN = ['DEVELOPER_NAME', 'DEVELOPER_WEBSITE_URL', 'DEVELOPER_PRIVACY_URL', 'DEVELOPER_TERMS_URL'];
const KEYS = 'SECRET_ENCRYPTION_KEYS';

const { env: name = 'dev' } = parseArgs({ options: { env: { type: 'string' } } }).values;
const problems = /^[a-z0-9-]+$/i.test(name) ? check(name) : ['--env must contain only letters, digits and dashes.'];
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function check(name) {
  const [file, userFile] = [`env/.env.${name}`, `env/.env.${name}.user`];
  // The order in which the Toolkit reads them.
  const settings = [process.env, read(file), read(userFile)];
  const lacks = (variable) => !settings.some((each) => each[variable]);
  const empty = TO_FILL_IN.filter(lacks).map((variable) => `Fill in ${variable} in ${file}.`);
  if (!lacks(KEYS)) return empty;
  append(userFile, `${KEYS}=k1:${randomBytes(32).toString('base64')}`);
  return [
    ...empty,
    `Created ${KEYS} in ${userFile}. Store a copy: without this key, all users must sign in again. Now provision again.`,
  ];
}

function read(file) {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** Ends an unfinished last line first. */
function append(file, line) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // The Toolkit may have created the file with a wider mode: restrict it before the key is written.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, { mode: 0o600 });
}
