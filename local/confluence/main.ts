import { readEnvironment } from '../atlassian/environment.ts';
import { startDataCenter } from '../atlassian/server.ts';
import { createConfluence } from './confluence.ts';
import { loadPages } from './pages.ts';

const options = readEnvironment(process.env, { port: '3984', connection: 'confluence' });
const confluence = await startDataCenter(createConfluence(loadPages(new Date())), options);
console.log(`Confluence stand-in listening on port ${options.port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void confluence.close());
