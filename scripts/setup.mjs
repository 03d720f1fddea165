// `npm run setup`: what `npm run demo` and `npm test` do first by themselves.
import { ready } from './ready.mjs';

ready();
