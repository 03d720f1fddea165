// `npm run setup`: only the set-up of `npm run demo` and `npm test`.
import { ready } from './setup/ready.mjs';

ready();
