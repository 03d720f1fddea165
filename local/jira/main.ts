import { readEnvironment } from '../atlassian/environment.ts';
import { startDataCenter } from '../atlassian/server.ts';
import { loadIssues } from './issues.ts';
import { createJira } from './jira.ts';

const options = readEnvironment(process.env, { port: '3983', connection: 'jira' });
const jira = await startDataCenter(createJira(loadIssues(new Date())), options);
console.log(`Jira stand-in listening on port ${options.port}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void jira.close());
