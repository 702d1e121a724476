import * as z from 'zod/mini';

/** The type of a refusal for want of room: nothing of the request was begun, and it may be sent again as it is. */
export const busyType = 'urn:opex:busy';

/** The body of every answer whose status is 400 or above (RFC 9457). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))),
});
export type Problem = z.infer<typeof problem>;
z.globalRegistry.add(problem, { id: 'Problem', description: 'problem+json, RFC 9457' });
