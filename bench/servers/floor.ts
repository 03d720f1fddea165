import { createRemoteJWKSet, jwtVerify } from 'jose';
import { BOT_ID } from '../workload/people.ts';
import { readBody, serveBare } from './bare.ts';
import { type Activity, queryHandler } from './handler.ts';
import { readSettings } from './settings.ts';

/** The floor: bare node:http, with jose for every token. The least code without an SDK. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);
const keys = createRemoteJWKSet(new URL(settings.keysUrl));
const expected = { issuer: 'https://api.botframework.com', audience: BOT_ID, algorithms: ['RS256'] };

serveBare(settings, async (request) => {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const verified = await jwtVerify(token, keys, expected).catch(() => undefined);
  if (!verified) return { status: 401 };
  const activity = (await readBody(request)) as Activity & { serviceUrl?: string };
  if (activity.serviceUrl !== verified.payload.serviceurl) return { status: 403 };
  return { status: 200, value: await handle(activity) };
});
