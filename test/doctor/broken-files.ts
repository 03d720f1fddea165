import type { Broken } from '../support/project/doctor-project.ts';
import { BROKEN_PACKAGES } from './broken-packages.ts';
import { BROKEN_SETTINGS } from './broken-settings.ts';
import { BROKEN_SIGN_INS } from './broken-sign-ins.ts';

/** Faults that the doctor finds without a request. */
export const BROKEN_FILES: readonly Broken[] = [...BROKEN_SETTINGS, ...BROKEN_SIGN_INS, ...BROKEN_PACKAGES];
