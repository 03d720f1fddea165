import { readBody, serveBare } from './bare.ts';
import { type Activity, queryHandler } from './handler.ts';
import { readSettings } from './settings.ts';

/** The limit: bare node:http without token checks, which no real bot can reach. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);

serveBare(settings, async (request) => ({ status: 200, value: await handle((await readBody(request)) as Activity) }));
