import { expect, test } from '@jest/globals';
import { read } from '../support/project/files.ts';

/* docs/PROTOCOL.md lists the response to every invoke. These tests keep it complete. */
const page = read('docs/PROTOCOL.md');
const invokesIn = (text: string) => new Set(text.match(/\b(?:composeExtension|task|signin)\/\w+/g) ?? []);

test('the page names exactly the invokes that have a handler', () => {
  const files = ['bot/teams/search-extension.ts', 'bot/chat/chat-handler.ts'];
  const handlers = files.map(read).join('\n');
  expect([...invokesIn(page)].sort()).toEqual([...invokesIn(handlers)].sort());
});

test('the page names every API call of the auth pages', () => {
  const server = read('bot/http/server.ts');
  const calls = server.match(/\/auth\/api\/[\w/-]+/g) ?? [];
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter((call) => !page.includes(`\`POST ${call}\``))).toEqual([]);
});

test('each row links to a test', () => {
  const rows = page
    .split('\n')
    .filter((line) => /^\| /.test(line) && !/^\| (---|situation|invoke|call|message)/.test(line));
  expect(rows.filter((row) => !/^\| an invoke that is not/.test(row) && !row.includes('test/threats/'))).toEqual([]);
});
