import * as z from 'zod';
import { labelOf, parseJsonObject } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import type { ErrorResponse } from '../http.ts';
import { SourceError, type SourceFailure, withSettingName } from '../source.ts';

const codes = z.array(z.string().min(1)).default([]);

export const errorSettings = z
  .strictObject({
    pointer: z.string().describe('JSON pointer to the code of an error. Without a value there is no error.'),
    unauthorized: codes.describe('The codes that mean: the user has to sign in again.'),
    forbidden: codes.describe('The codes that mean: this account may not search.'),
    busy: codes.describe('The codes that mean: too many requests.'),
  })
  .describe('For an API that answers an error with status 200, or that says in a code what its status leaves open.');

export interface ErrorReader {
  /** Throws if an answer with status 200 is an error. The error has no text of the API. */
  refuseError(json: unknown): void;
  /** Reads the code of an answer with an error status. Without a listed code, the status counts. */
  mapError(refused: ErrorResponse): SourceError | undefined;
}

/** @throws {TypeError} for a pointer that cannot be read */
export function errorReader(settings: z.input<typeof errorSettings> | undefined): ErrorReader {
  if (settings === undefined) return { refuseError: () => undefined, mapError: () => undefined };
  const at = withSettingName('error.pointer', () => parsePointer(settings.pointer));
  const failures = new Map<string, SourceFailure>([
    ...(settings.busy ?? []).map((code) => [code, 'rate_limited'] as const),
    ...(settings.forbidden ?? []).map((code) => [code, 'forbidden'] as const),
    ...(settings.unauthorized ?? []).map((code) => [code, 'unauthorized'] as const),
  ]);
  const failureOf = (json: unknown) => failures.get(labelOf(at(json)));
  return {
    refuseError(json) {
      const value = at(json);
      if (value === undefined || value === null || value === false || value === '') return;
      const detail = `The API answered with an error at error.pointer (${settings.pointer})`;
      throw new SourceError(failureOf(json) ?? 'unavailable', detail);
    },
    mapError({ status, body, retryAfter }) {
      const failure = failureOf(parseJsonObject(body));
      const wait = retryAfter === undefined ? {} : { retryAfter };
      return (
        failure &&
        new SourceError(failure, `The API answered ${status} with a code at error.pointer (${settings.pointer})`, wait)
      );
    },
  };
}
