// An esbuild plugin: what a CommonJS package requires is loaded when it is first used, not when the package is. Of
// botbuilder and restify a query uses little, and a start would wait for all of it: Azure's HTTP clients, MSAL, parsers.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// As TypeScript writes imports. Its names end in a number, so nothing else in the file is called the same.
const REQUIRED =
  /^(?:const|let|var) (\w+_\d+) = ((?:(?:tslib_1\.)?__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;
const STAR = /^(?:tslib_1\.)?__exportStar\(require\("([^"]+)"\), exports\);$/gm;
// As people write them, in a file that gathers the parts of a package.
const EXPORTED = /^module\.exports\.(\w+) = (require\('[^']+'\)(?:\.\w+)?);$/gm;
const GATHERED = /^( +)(\w+): (require\('[^']+'\))/gm;

/** @param {readonly string[]} packages regular expressions: files of these packages are made lazy */
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

/** `foo_1.bar` becomes `foo_1.$.bar`; a module that is used in another way, or at once, stays as it is. */
function onFirstUse(code, [line, name, loaded]) {
  const parts = code.split(line);
  const uses = new RegExp(`(?<![.\\w$])${name}(?![\\w$])(\\.)?`, 'g');
  if (parts.some((part) => [...part.matchAll(uses)].some(([, dot]) => !dot))) return code;
  const once = `const ${name} = { get $() { const $ = ${loaded}; Object.defineProperty(this, '$', { value: $ }); return $; } };`;
  return parts.map((part) => part.replaceAll(uses, () => `${name}.$.`)).join(once);
}

/** `export *` needs the names alone, and those are known now. */
function starOf(id, path) {
  const names = Object.keys(createRequire(path)(id)).filter((name) => name !== 'default');
  return names
    .map((name) => `if (!Object.hasOwn(exports, '${name}')) ${getter('exports', name, `require("${id}").${name}`)}`)
    .join('\n');
}

function getter(object, name, value) {
  return `Object.defineProperty(${object}, '${name}', { enumerable: true, get: () => ${value} });`;
}
