import * as z from 'zod';
import { labelOf } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { SourceError, type SourceFailure, withSettingName } from '../source.ts';

const codes = z.array(z.string().min(1)).default([]);

export const errorSettings = z
  .strictObject({
    pointer: z.string().describe('JSON pointer to the code of an error. Without a value there is no error.'),
    unauthorized: codes.describe('The codes that mean: the user has to sign in again.'),
    forbidden: codes.describe('The codes that mean: this account may not search.'),
    busy: codes.describe('The codes that mean: too many requests.'),
  })
  .describe('For an API that answers an error with status 200.');

/** @returns a function that throws if the answer is an error. The error has no text of the API.
 * @throws {TypeError} for a pointer that cannot be read */
export function errorReader(settings: z.input<typeof errorSettings> | undefined): (json: unknown) => void {
  if (settings === undefined) return () => undefined;
  const at = withSettingName('error.pointer', () => parsePointer(settings.pointer));
  const failures = new Map<string, SourceFailure>([
    ...(settings.busy ?? []).map((code) => [code, 'rate_limited'] as const),
    ...(settings.forbidden ?? []).map((code) => [code, 'forbidden'] as const),
    ...(settings.unauthorized ?? []).map((code) => [code, 'unauthorized'] as const),
  ]);
  return (json) => {
    const value = at(json);
    if (value === undefined || value === null || value === false || value === '') return;
    const failure = failures.get(labelOf(value)) ?? 'unavailable';
    throw new SourceError(failure, `The API answered with an error at error.pointer (${settings.pointer})`);
  };
}
