import * as z from 'zod';
import { githubProvider } from './github.ts';
import { gate, registration, signInType, text } from './sign-in-type.ts';

export const github = signInType({
  schema: z.strictObject({
    type: z.literal('github'),
    authority: z.url().default('https://github.com'),
    apiUrl: z.url().optional(),
    ...registration,
    scopes: z.array(text).default([]),
    gate: gate.optional(),
  }),
  build: (settings, options) => ({ provider: githubProvider({ ...settings, ...options }) }),
  addresses: ({ authority, apiUrl }) => ({ authority, apiUrl }),
  providerUrl: ({ authority }) => authority,
  entra: false,
  openid: false,
});
