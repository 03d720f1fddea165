// An esbuild plugin that loads required CommonJS modules on first use. A query uses little of botbuilder and restify,
// but a start would load all of it: Azure's HTTP clients, MSAL, parsers.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The imports that TypeScript generates. Their names end in a number, so they are unique in the file.
const REQUIRED =
  /^(?:const|let|var) (\w+_\d+) = ((?:(?:tslib_1\.)?__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;
const STAR = /^(?:tslib_1\.)?__exportStar\(require\("([^"]+)"\), exports\);$/gm;
// Hand-written imports in index files.
const EXPORTED = /^module\.exports\.(\w+) = (require\('[^']+'\)(?:\.\w+)?);$/gm;
const GATHERED = /^( +)(\w+): (require\('[^']+'\))/gm;

/** @param {readonly string[]} packages regular expressions; files of these packages become lazy */
export function lazyRequire(packages) {
  const filter = new RegExp(`[\\\\/]node_modules[\\\\/](${packages.join('|')})[\\\\/].*\\.js$`);
  return {
    name: 'lazy-require',
    setup(build) {
      build.onLoad({ filter }, ({ path }) => ({ contents: lazy(readFileSync(path, 'utf8'), path), loader: 'js' }));
    },
  };
}

function lazy(code, path) {
  const moved = code
    .replaceAll(GATHERED, '$1get $2() { return $3; }')
    .replaceAll(EXPORTED, (_, name, loaded) => getter('module.exports', name, loaded))
    .replaceAll(STAR, (_, id) => starOf(id, path));
  return [...moved.matchAll(REQUIRED)].reduce(onFirstUse, moved);
}

/** `foo_1.bar` becomes `foo_1.$.bar`. Modules with any other or immediate use stay unchanged. */
function onFirstUse(code, [line, name, loaded]) {
  const parts = code.split(line);
  const uses = new RegExp(`(?<![.\\w$])${name}(?![\\w$])(\\.)?`, 'g');
  if (parts.some((part) => [...part.matchAll(uses)].some(([, dot]) => !dot))) return code;
  const once = `const ${name} = { get $() { const $ = ${loaded}; Object.defineProperty(this, '$', { value: $ }); return $; } };`;
  return parts.map((part) => part.replaceAll(uses, () => `${name}.$.`)).join(once);
}

/** `export *` needs only the names, which are known at build time. */
function starOf(id, path) {
  const names = Object.keys(createRequire(path)(id)).filter((name) => name !== 'default');
  return names
    .map((name) => `if (!Object.hasOwn(exports, '${name}')) ${getter('exports', name, `require("${id}").${name}`)}`)
    .join('\n');
}

/** Replaced by its value, once there is one: a query reads some of these. */
function getter(object, name, value) {
  const settle = `if (value !== undefined) Object.defineProperty(${object}, '${name}', { enumerable: true, value });`;
  return `Object.defineProperty(${object}, '${name}', { configurable: true, enumerable: true, get: () => { const value = ${value}; ${settle} return value; } });`;
}
