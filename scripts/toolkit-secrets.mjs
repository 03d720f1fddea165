// `npm run toolkit:secrets -- --env dev`, the first step of `provision`: says what env/.env.<env> lacks before anything is made
// in Azure, and makes the key of the store, once. A step's printed output would reach the Toolkit's log, so the key goes into
// env/.env.<env>.user, which git ignores; the Toolkit has read that file by then, so it has to be started again.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';

const TO_FILL_IN = ['DEVELOPER_NAME', 'DEVELOPER_WEBSITE_URL', 'DEVELOPER_PRIVACY_URL', 'DEVELOPER_TERMS_URL'];
const KEYS = 'SECRET_ENCRYPTION_KEYS';

const { env: name = 'dev' } = parseArgs({ options: { env: { type: 'string' } } }).values;
const problems = /^[a-z0-9-]+$/i.test(name) ? check(name) : [`--env must be letters, digits and dashes`];
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function check(name) {
  const [file, userFile] = [`env/.env.${name}`, `env/.env.${name}.user`];
  // The same order as the Toolkit's: the process, the file, the user's file.
  const settings = [process.env, read(file), read(userFile)];
  const lacks = (variable) => !settings.some((each) => each[variable]);
  const empty = TO_FILL_IN.filter(lacks).map((variable) => `Fill in ${variable} in ${file}.`);
  if (!lacks(KEYS)) return empty;
  append(userFile, `${KEYS}=k1:${randomBytes(32).toString('base64')}`);
  return [...empty, `Made ${KEYS} in ${userFile}: keep a copy, it opens the store. Now provision again.`];
}

function read(file) {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** What is there stays, its last line ended where it was not. */
function append(file, line) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // A file that is there keeps the mode that the Toolkit gave it: before the key goes in, nobody else may read it.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, { mode: 0o600 });
}
