import type { Mutation } from './mutation.ts';

const HTTP_SERVER = 'bot/http/http-server.ts';
const CONNECTIONS = 'bot/http/http-server.ts';
const HEADERS = 'bot/http/http-server.ts';
const SERVER = 'bot/http/server.ts';
const REQUESTS_TEST = 'test/threats/service/requests.test.ts';
const OPERATIONS_TEST = 'test/threats/service/operations.test.ts';
const UPGRADES_TEST = 'test/threats/store/upgrades.test.ts';
const HEADERS_TEST = 'test/threats/service/requests.test.ts';
const UNREAD_TEST = 'test/threats/service/slow-clients.test.ts';

const ON_TIMEOUT = "server.on('timeout', (socket: Socket) => connections.expire(socket));";
const LATE = 'setTimeout(() => connections.destroyAll(), timeoutMs);';

/** T83, T86, T88, T93, T96: the HTTP servers of the process. */
export const HTTP: readonly Mutation[] = [
  {
    threat: 'T83',
    defence: 'the process ends when the requests under way are answered',
    file: HTTP_SERVER,
    find: '      await closed;\n',
    replace: '',
    test: OPERATIONS_TEST,
    name: 'T83: SIGTERM lets the running query',
  },
  {
    threat: 'T83',
    defence: 'each answer ends its connection',
    file: HTTP_SERVER,
    function: 'createHttpServer',
    without: 'drain',
    test: OPERATIONS_TEST,
    name: 'T83: SIGTERM lets the running query',
  },
  {
    threat: 'T83',
    defence: 'no connection keeps the process for longer than ten seconds',
    file: HTTP_SERVER,
    find: LATE,
    replace: 'setTimeout(() => undefined, timeoutMs);',
    test: OPERATIONS_TEST,
    name: 'T83: a client that never completes',
  },
  {
    threat: 'T83',
    defence: 'a sign-in is in the store that all instances share',
    file: 'bot/store/open-store.ts',
    find: "return sqliteStore(url.slice('sqlite:'.length));",
    // A file for each process.
    replace: "return sqliteStore(url.slice('sqlite:'.length) + process.pid);",
    test: 'test/threats/store/instances.test.ts',
    name: 'T83',
  },
  {
    threat: 'T86',
    defence: 'a Host or target that makes no URL does not reach restify',
    file: SERVER,
    find: '  server.pre(rejectInvalidUrl);\n',
    replace: '',
    test: REQUESTS_TEST,
    name: 'T86: a Host or target',
  },
  {
    threat: 'T86',
    defence: 'restify sends no second answer',
    file: SERVER,
    find: '    response.send = () => response;\n',
    replace: '',
    test: OPERATIONS_TEST,
    name: 'T86: GET /',
  },
  {
    threat: 'T86',
    defence: 'an answer that began and will not be completed is closed',
    file: SERVER,
    find: 'if (response.headersSent && !response.writableEnded) response.destroy();\n    else sendProblem',
    replace: 'sendProblem',
    test: REQUESTS_TEST,
    name: 'T86: a route that throws',
  },
  {
    threat: 'T86',
    defence: 'a throw while an error is answered ends the connection alone',
    file: SERVER,
    find: '      response.destroy();\n      report(another);',
    replace: '      throw another;',
    test: REQUESTS_TEST,
    name: 'T86: a route that throws',
  },
  {
    threat: 'T86',
    defence: 'a throw while an activity’s error is answered ends the connection alone',
    file: SERVER,
    find: '      response.destroy();\n      report(error);',
    replace: '      throw error;',
    test: REQUESTS_TEST,
    name: 'T86: a route that throws',
  },
  {
    threat: 'T86',
    defence: 'a throw is logged, with the reference of the answer',
    file: SERVER,
    find: 'const reference = report(error);',
    replace: "const reference = 'unlogged';",
    test: REQUESTS_TEST,
    name: 'T86: a route that throws',
  },
  {
    threat: 'T88',
    defence: 'upgrade has no listener: the request is answered',
    file: HTTP_SERVER,
    find: ON_TIMEOUT,
    // As restify does.
    replace: `${ON_TIMEOUT}\n  server.on('upgrade', () => undefined);`,
    test: UPGRADES_TEST,
    name: 'T88: a request to upgrade',
  },
  {
    threat: 'T88',
    defence: 'no other event has an unintended listener',
    file: HTTP_SERVER,
    find: ON_TIMEOUT,
    replace: `${ON_TIMEOUT}\n  server.on('checkContinue', accept(route));`,
    test: UPGRADES_TEST,
    name: 'T88: no server of the process',
  },
  {
    threat: 'T88',
    defence: 'SIGTERM ends every socket',
    file: HTTP_SERVER,
    find: LATE,
    replace: 'setTimeout(() => server.closeIdleConnections(), timeoutMs);',
    test: UPGRADES_TEST,
    name: 'T88: .* upgrades, with and without',
  },
  {
    threat: 'T93',
    defence: 'too many headers: 431',
    file: HEADERS,
    function: 'headersProblem',
    without: 'request.headers_too_large',
    test: HEADERS_TEST,
    name: 'T93: .* with 64 headers',
  },
  {
    threat: 'T93',
    defence: 'Node reads enough headers to count them',
    file: HTTP_SERVER,
    find: 'server.maxHeadersCount = MAX_HEADERS + 1;',
    replace: 'server.maxHeadersCount = MAX_HEADERS / 2;',
    test: HEADERS_TEST,
    name: 'T93: other headers cannot hide',
  },
  {
    threat: 'T93',
    defence: 'a significant header may occur once',
    file: HEADERS,
    find: 'withoutHost || hasRepeatedSingleHeader(rawHeaders)',
    replace: 'withoutHost',
    test: HEADERS_TEST,
    name: 'T93: .* twice',
  },
  {
    threat: 'T93',
    defence: 'HTTP/1.1 needs a Host',
    file: HEADERS,
    find: 'withoutHost || hasRepeatedSingleHeader(rawHeaders)',
    replace: 'hasRepeatedSingleHeader(rawHeaders)',
    test: HEADERS_TEST,
    name: 'T93: HTTP/1.1 without',
  },
  {
    threat: 'T96',
    defence: 'an answer that the client does not read ends the connection',
    file: CONNECTIONS,
    find: '        socket.setTimeout(this.#limits.stallMs);\n',
    replace: '',
    test: UNREAD_TEST,
    name: 'T96: .* each of clients that never read',
  },
  {
    threat: 'T96',
    defence: 'an answer must be read within two minutes',
    file: CONNECTIONS,
    find: 'now - connection.unread.since > this.#limits.maxMs',
    replace: 'now - connection.unread.since > 1_000 * this.#limits.maxMs',
    test: 'test/contract/service/http-server.test.ts',
    name: 'T96',
  },
  {
    threat: 'T96',
    defence: 'few requests of a connection wait at once',
    file: CONNECTIONS,
    find: 'unanswered.size >= this.#limits.pipelined',
    replace: 'unanswered.size >= 10_000 * this.#limits.pipelined',
    test: UNREAD_TEST,
    name: 'T96: a client that sends thousands',
  },
];
