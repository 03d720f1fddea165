import { expect } from '@jest/globals';
import { type Broken, type Diagnosis, wrong } from '../support/project/doctor-project.ts';

/** The doctor reports this fault and no other, why it matters and how to fix it, and exits with the right code. */
export function expectFault(diagnosis: Diagnosis, broken: Omit<Broken, 'break'>): void {
  const { id, what: subject, fix, also = [], severity = 'error' } = broken;
  expect(wrong(diagnosis)).toEqual([...new Set([id, ...also])].sort());
  expect(diagnosis.findings.find((each) => each.id === id)).toMatchObject({
    severity,
    what: expect.stringMatching(subject),
    why: expect.stringMatching(/\w{3}/),
    fix: typeof fix === 'string' ? expect.stringContaining(fix) : expect.stringMatching(fix),
  });
  expect(diagnosis.code).toBe(diagnosis.findings.some((each) => each.severity === 'error') ? 1 : 0);
  expect(diagnosis.output).not.toContain('sentinel');
}
