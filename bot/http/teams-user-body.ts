import * as z from 'zod';

/** Who uses the Teams window behind the page, where Teams says so: a member of most calls of our pages (T91). */
export const teamsUserBody = {
  teamsUser: z.object({ id: z.string().max(64), tenantId: z.string().max(64) }).optional(),
};
