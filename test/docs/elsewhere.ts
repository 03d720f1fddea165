/** What can't be run here, and why; or the test that runs it. */
export const ELSEWHERE: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^az /, 'needs an Azure or Entra account'],
  [/^atk |m365agentstoolkit-cli$/, 'needs a Microsoft 365 and an Azure account'],
  [/^openssl req /, 'needs OpenSSL; certificates: test/contract/identity-provider/without-secret.test.ts'],
  [/^docker /, 'needs Docker; its steps: test/deploy/dockerfile.test.ts'],
  [/^(systemctl|journalctl|systemd-run) /, 'needs systemd as the first process; the unit: test/deploy/service.test.ts'],
  [/^(useradd|install|cp -r package.json) /, 'changes the machine, as root'],
  [/^npm ci --omit=dev --prefix /, 'test/deploy/dockerfile.test.ts installs the same'],
  [/^(git pull && )?npm ci && npm run build$/, 'test/deploy/dockerfile.test.ts builds from the same'],
  [/^(nginx -t|caddy validate) /, 'test/deploy/proxies.test.ts starts both with the same configuration'],
  [/^npm run demo( -- --(script|chat) lakers)?$/, 'test/demo/demo.test.ts'],
  [/^npm run dev:teamsfx:testtool$/, 'test/demo/playground.test.ts'],
  [/^npx agentsplayground /, 'test/browser/client/playground.test.ts'],
  [/^npm run toolkit:secrets$/, 'test/toolkit/scripts.test.ts'],
  [
    /^npm run doctor( -- --(env local|verbose))?$|^node dist\/bot\/cli\.js doctor( --json)?$/,
    'test/doctor/doctor-world.test.ts',
  ],
  [/^CONNECTIONS_FILE=\.\/connections\.json node --env-file=/, 'test/docs/teams-by-hand.test.ts'],
  [/^npm start$/, 'every black-box test starts it: test/support/world/world.ts'],
  [/^npm test$/, 'this is it'],
  [/^curl -fsS "\$WIKI_URL/, 'needs a MediaWiki: test/contract/source/mediawiki-real.test.ts asks one'],
];
