import { appendFileSync } from 'node:fs';

const PROGRESS_MS = 10_000;

/** An addition to Jest's own reporter: prints the progress, and at the end the skipped suites with the command that
 * enables each. With REQUIRE_ALL=1 a skip fails the run. `TEST_TIMES=<file>` appends a JSON line for each file: its
 * seconds, and those of its tests; the rest is set-up. */
export default class Reporter {
  #failed = false;
  #began = Date.now();
  #told = Date.now();

  onTestResult(_test, file, { numTotalTestSuites: total, testResults }) {
    if (process.env.TEST_TIMES) appendFileSync(process.env.TEST_TIMES, `${JSON.stringify(timesOf(file))}\n`);
    if (Date.now() - this.#told < PROGRESS_MS) return;
    this.#told = Date.now();
    console.log(`     ${testResults.length} of ${total} files, ${secondsSince(this.#began)} s`);
  }

  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) => file.testResults.filter((test) => test.status === 'pending'));
    if (skipped.length > 0) {
      const reasons = new Set(skipped.map((test) => /\[needs (.+)\]/.exec(test.fullName)?.[1] ?? test.fullName));
      console.log(`\n${skipped.length} tests skipped. To enable them:`);
      for (const reason of reasons) console.log(`  ${reason}`);
    }
    this.#failed = process.env.REQUIRE_ALL === '1' && skipped.length > 0;
    const { numPassedTests, numFailedTests } = results;
    const seconds = secondsSince(this.#began);
    console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${skipped.length} skipped in ${seconds} s`);
  }

  getLastError() {
    return this.#failed ? new Error('REQUIRE_ALL=1 forbids skipped tests') : undefined;
  }
}

function timesOf({ testFilePath, perfStats, testResults }) {
  const inTests = testResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  const file = testFilePath.replaceAll('\\', '/').replace(/^.*?\/(?=test\/)/, '');
  return { file, seconds: perfStats.runtime / 1000, inTests: inTests / 1000 };
}

function secondsSince(began) {
  return Math.round((Date.now() - began) / 1000);
}
