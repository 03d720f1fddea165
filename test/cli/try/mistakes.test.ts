import { describe, expect, test } from '@jest/globals';
import { MISTAKES, type Mistake } from './mistakes.ts';
import { leaked, type TryRun, useTryWorld } from './try-world.ts';

const world = useTryWorld();

function examine({ base, spoil, answer, issue, args, env, beforeSignIn }: Mistake): Promise<TryRun> {
  const entry = world.entry(base);
  spoil?.(entry, world);
  world.answer(answer);
  world.issue(issue);
  return world.examine(entry, {
    ...(args && { args }),
    ...(env && { env }),
    ...(!beforeSignIn && { person: 'ada' }),
  });
}

describe('T72: one mistake in a right connection: the finding names the setting', () => {
  test.each(MISTAKES)('$by: $finding.field', async (mistake) => {
    const { finding, also = [], severity = 'error' } = mistake;
    const tried = await examine(mistake);
    const { code, report, secrets } = tried;
    if (!report) throw new Error('there is no report');
    const findings = report.findings.filter(({ field }) => !also.includes(field) || field === finding.field);
    expect(findings.map(({ id, field }) => [id, field])).toContainEqual([finding.id, finding.field]);
    expect([...new Set(findings.map(({ field }) => field))]).toEqual([finding.field]);
    expect(findings.find(({ id }) => id === finding.id)).toMatchObject({
      severity,
      ...(finding.entryFields && { entryFields: finding.entryFields }),
      what: expect.stringMatching(finding.what ?? /\w/),
      fix: expect.stringMatching(finding.fix ?? /\w/),
    });
    expect(secrets).not.toEqual([]);
    expect(leaked(tried)).toEqual([]);
    expect(code).toBe(report.findings.some((each) => each.severity === 'error') ? 1 : 0);
  });
});
