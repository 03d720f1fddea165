import type { SourceConfig } from '../../../config/source-types.ts';
import { asObject, isObject, labelOf } from '../../../platform/json.ts';
import { parsePointer } from '../../../platform/json-pointer.ts';
import { htmlSnippet } from '../../../sources/text/html.ts';
import { type Exchange, jsonOf } from '../exchange-log.ts';
import type { SearchRun } from '../searches.ts';
import { type AnswerTrace, listsIn } from '../settings-trace.ts';
import type { Finding } from './finding.ts';

interface AnswerContext {
  source: SourceConfig;
  run: SearchRun;
  /** Of an `http` source whose answer is JSON. */
  trace: AnswerTrace | undefined;
  /** The token comes from a sign-in a moment ago. */
  isSignedIn: boolean;
  scopes: readonly string[];
}

/** Why a search failed or found nothing. Each function is one mistake; the first that applies explains it. */
export function answerFindings(context: AnswerContext): Finding[] {
  const mistakes = [
    noResponse,
    insufficientScope,
    tokenRefused,
    forbidden,
    redirected,
    addressNotFound,
    htmlAnswer,
    requestRefused,
    tooManyRequests,
    unavailable,
    errorInGoodAnswer,
    noList,
    unreadableItems,
  ];
  for (const find of mistakes) {
    const finding = find(context);
    if (finding) return [finding];
  }
  return emptyResult(context) ?? searchFailed(context);
}

/** The setting of the request: recent items may have their own. */
function requestField({ source, run }: AnswerContext): string {
  if (run.step !== 'recent items' || source.type !== 'http') return 'source.url';
  if (source.recentUrl !== undefined) return 'source.recentUrl';
  return source.recent?.url === undefined ? 'source.recent.body' : 'source.recent.url';
}

function statusOf({ run }: AnswerContext): number | undefined {
  return run.exchange?.response?.status;
}

function noResponse(context: AnswerContext): Finding | undefined {
  const { exchange, error } = context.run;
  if (!exchange || exchange.response) return undefined;
  return {
    id: 'api-unreachable',
    severity: 'error',
    field: requestField(context),
    what: `The API does not answer (${exchange.failure ?? error?.message})`,
    fix: 'Compare the host with the documentation of the API; let the firewall of this machine through',
  };
}

/** RFC 6750 section 3.1. */
function insufficientScope(context: AnswerContext): Finding | undefined {
  const { response } = context.run.exchange ?? {};
  const status = statusOf(context);
  if (!response || (status !== 401 && status !== 403)) return undefined;
  const challenge = String(response.headers['www-authenticate'] ?? '');
  const words = `${challenge} ${response.text ?? ''}`;
  if (
    !/insufficient_?scope|missing_scope|scope does not match|does not have (?:the )?(?:required|sufficient) scope/i.test(
      words,
    )
  )
    return undefined;
  const [, needed] = /scope="([^"]{1,200})"/.exec(challenge) ?? [];
  return {
    id: 'scope-insufficient',
    severity: 'error',
    field: 'signIn.scopes',
    what: `The API needs another scope (${status})${needed ? `: ${needed}` : ''}. Asked for: ${context.scopes.join(', ') || 'none'}`,
    fix: 'Add the scope to signIn.scopes, and allow it in the registration',
  };
}

function tokenRefused(context: AnswerContext): Finding | undefined {
  if (statusOf(context) !== 401) return undefined;
  const { isSignedIn } = context;
  const words = wordsOf(context.run.exchange);
  return {
    id: isSignedIn ? 'token-refused-after-sign-in' : 'token-refused',
    severity: 'error',
    field: isSignedIn ? 'signIn.scopes' : '--token',
    what: `The API refuses the token (401)${isSignedIn ? ' that the provider has just issued' : ''}${words}`,
    fix: isSignedIn
      ? 'The token is for another API: compare the scopes, the audience or resource in authorizationParameters, and the host of source.url'
      : 'The token has expired or is for another API: get a new one',
  };
}

function forbidden(context: AnswerContext): Finding | undefined {
  if (statusOf(context) !== 403) return undefined;
  return {
    id: 'forbidden',
    severity: 'error',
    field: 'signIn.scopes',
    what: `The API does not let this account search (403)${wordsOf(context.run.exchange)}`,
    fix: 'Add the scope that the search needs to signIn.scopes, or try an account that may search',
  };
}

function redirected(context: AnswerContext): Finding | undefined {
  const status = statusOf(context) ?? 0;
  if (status < 300 || status > 399) return undefined;
  const { exchange } = context.run;
  const location = exchange?.response?.headers.location ?? '';
  const target = URL.canParse(location, exchange?.url) ? new URL(location, exchange?.url) : undefined;
  const isLogin = /login|sign-?in|auth|sso/i.test(target?.pathname ?? '');
  return {
    id: 'redirect',
    severity: 'error',
    field: requestField(context),
    what: `The API redirects (${status}) to ${target ? target.origin + target.pathname : 'no address'}. The bot does not follow it: the token is for one origin only`,
    fix: isLogin
      ? 'That is a sign-in page: the address belongs to a website and not to its API, or the API does not accept this token'
      : 'Write the address that it redirects to, if it is the API',
  };
}

function addressNotFound(context: AnswerContext): Finding | undefined {
  const status = statusOf(context);
  if (status !== 404 && status !== 405 && status !== 410) return undefined;
  return {
    id: 'address-not-found',
    severity: 'error',
    field: requestField(context),
    what: `The API has no search at this address (${status})${wordsOf(context.run.exchange)}`,
    fix: 'Compare the path and the method with the documentation of the API',
  };
}

function htmlAnswer(context: AnswerContext): Finding | undefined {
  const { response } = context.run.exchange ?? {};
  if (response?.status !== 200 || !/html/i.test(response.headers['content-type'] ?? '')) return undefined;
  return {
    id: 'html-answer',
    severity: 'error',
    field: requestField(context),
    what: `The address answers with a page (HTML) instead of JSON${wordsOf(context.run.exchange)}`,
    fix: 'It is a web page, often a sign-in page: write the address of the API',
  };
}

function requestRefused(context: AnswerContext): Finding | undefined {
  const status = statusOf(context) ?? 0;
  if (status < 400 || status > 499 || status === 429) return undefined;
  const { source } = context;
  const hasBody = source.type === 'http' && source.body !== undefined;
  return {
    id: 'request-refused',
    severity: 'error',
    field: hasBody && context.run.step !== 'recent items' ? 'source.body' : requestField(context),
    what: `The API refuses the request (${status})${wordsOf(context.run.exchange)}`,
    fix: 'Compare the parameters and the query with the documentation of the API',
  };
}

function tooManyRequests(context: AnswerContext): Finding | undefined {
  if (statusOf(context) !== 429) return undefined;
  return {
    id: 'rate-limited',
    severity: 'error',
    field: requestField(context),
    what: 'The API counts too many requests of this account or application (429)',
    fix: 'Try again later',
  };
}

function unavailable(context: AnswerContext): Finding | undefined {
  const status = statusOf(context) ?? 0;
  if (status < 500) return undefined;
  return {
    id: 'api-unavailable',
    severity: 'error',
    field: requestField(context),
    what: `The API fails (${status})${wordsOf(context.run.exchange)}`,
    fix: 'Try again later. If it stays, compare the request with the documentation of the API',
  };
}

/** Where APIs tell an error in an answer with status 200. */
const ERROR_NAMES = [
  'error',
  'errors',
  'error_code',
  'errorCode',
  'errorMessages',
  'errorMessage',
  'fault',
  'exception',
];

function errorInGoodAnswer({ source, run, trace }: AnswerContext): Finding | undefined {
  if (source.type !== 'http' || !run.exchange) return undefined;
  if (/error\.pointer/.test(run.error?.message ?? ''))
    return {
      id: 'error-answer',
      severity: 'error',
      field: 'source.error',
      what: `The API answers with an error: ${labelOf(parsePointer(source.error?.pointer ?? '')(trace?.answer)) || 'see the answer'}${wordsOf(run.exchange)}`,
      fix: 'Look the error up in the documentation of the API',
    };
  const answer = asObject(trace?.answer ?? jsonOf(run.exchange));
  const name = ERROR_NAMES.find((each) => Object.hasOwn(answer, each) && isError(answer[each]));
  if (name === undefined || (trace?.items?.length ?? 0) > 0) return undefined;
  const pointer = pointerToCode(`/${name}`, answer[name]);
  return {
    id: 'error-with-status-200',
    severity: 'error',
    field: 'source.error',
    what: `The API answers with status ${statusOfRun(run)} and an error: ${describe(answer[name])}`,
    fix: `Tell the bot where errors are: "error": { "pointer": ${JSON.stringify(pointer)} }. Then correct the cause of the error`,
  };
}

function statusOfRun({ exchange }: SearchRun): number {
  return exchange?.response?.status ?? 0;
}

function isError(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return Array.isArray(value) ? value.length > 0 : !isObject(value) || Object.keys(value).length > 0;
}

/** Lists in lists. An API can nest thousands. */
const MAX_LISTS = 6;

/** To a code, which stays the same, rather than to a message. */
function pointerToCode(pointer: string, value: unknown, left = MAX_LISTS): string {
  if (Array.isArray(value) && left > 0) return pointerToCode(`${pointer}/0`, value[0], left - 1);
  if (!isObject(value)) return pointer;
  const name = ['code', 'type', 'status', 'error', 'message'].find((each) => labelOf(value[each]) !== '');
  return name === undefined ? pointer : `${pointer}/${name}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return shorten(value);
  try {
    return shorten(JSON.stringify(value));
  } catch {
    // `JSON.parse` reads any depth. `JSON.stringify` does not write it.
    return 'a value that is nested too deeply to show';
  }
}

function noList({ source, run, trace }: AnswerContext): Finding | undefined {
  if (source.type !== 'http' || !trace || trace.items !== undefined) return undefined;
  const setting = trace.settings.find(({ setting }) => setting.endsWith('.items'));
  // Without results, some APIs leave the list out.
  if (!setting || (run.page && listsIn(trace.answer).length === 0)) return undefined;
  return {
    id: 'pointer-finds-nothing',
    severity: 'error',
    field: setting.setting,
    what: `${setting.pointer || 'The empty pointer'} finds no list in the answer`,
    fix:
      setting.nearest.length > 0
        ? `The answer has lists at ${setting.nearest.map((each) => JSON.stringify(each)).join(', ')}`
        : 'The answer has no list: compare the address and the query with the documentation of the API',
  };
}

/** No item has what a result needs: a title and an address. */
function unreadableItems({ source, run, trace }: AnswerContext): Finding | undefined {
  if (run.error?.failure !== 'unreadable') return undefined;
  const missing = trace?.settings.find(({ setting, isMissing }) => isMissing && /fields\.(title|url)$/.test(setting));
  const [, named] = /: (?:recent\.)?(fields\.\w+)/.exec(run.error.message) ?? [];
  return {
    id: 'pointer-finds-nothing',
    severity: 'error',
    field: missing?.setting ?? (source.type === 'http' ? `source.${named ?? 'fields'}` : 'source'),
    what: missing ? `${missing.pointer} finds no value in any item` : run.error.message,
    fix:
      missing && missing.nearest.length > 0
        ? `An item has ${missing.nearest.join(', ')}`
        : 'Each item needs a title and an address',
  };
}

function emptyResult({ run }: AnswerContext): Finding[] | undefined {
  if (!run.page) return undefined;
  const isRecent = run.step === 'recent items';
  return [
    {
      id: isRecent ? 'no-recent-items' : 'no-results',
      severity: 'warning',
      field: isRecent ? 'source.recent' : '--query',
      what: isRecent
        ? 'There are no recent items'
        : `The search for "${run.query.text}" has no results, so no field could be tested`,
      fix: isRecent
        ? 'Compare the request of recent items with the documentation of the API'
        : 'Use a word that this account finds in the system itself',
    },
  ];
}

function searchFailed(context: AnswerContext): Finding[] {
  return [
    {
      id: 'search-failed',
      severity: 'error',
      field: requestField(context),
      what: `The search fails: ${context.run.error?.message ?? 'no reason'}`,
      fix: 'Look at the last request above',
    },
  ];
}

/** The first words of an answer that is no result: they often name the fault. */
function wordsOf(exchange: Exchange | undefined): string {
  const { text = '', headers = {} } = exchange?.response ?? {};
  if (text.trim() === '') return '';
  if (!/html/i.test(headers['content-type'] ?? '')) return `: ${shorten(text)}`;
  const words = htmlSnippet(text.slice(0, 65_536), { hits: new Set() }).map((part) => part.text);
  return `: "${shorten(words.join(''))}"`;
}

/** The redaction cuts it once more, after it took secrets out. */
function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 1_000);
}
