/** Says what was skipped, and the line that would enable it; with REQUIRE_ALL=1 a skip fails the run. */
export default class SkipsReporter {
  #failed = false;

  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) => file.testResults.filter((test) => test.status === 'pending'));
    if (skipped.length > 0) {
      const reasons = new Set(skipped.map((test) => /\[needs (.+)\]/.exec(test.fullName)?.[1] ?? test.fullName));
      console.log(`\n${skipped.length} tests skipped. To enable them:`);
      for (const reason of reasons) console.log(`  ${reason}`);
    }
    this.#failed = process.env.REQUIRE_ALL === '1' && skipped.length > 0;
    const { numPassedTests, numFailedTests } = results;
    console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${skipped.length} skipped`);
  }

  getLastError() {
    return this.#failed ? new Error('REQUIRE_ALL=1 forbids skipped tests') : undefined;
  }
}
