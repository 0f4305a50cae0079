import { z } from 'zod';

/** Why a record has no answer, or a step none. Codes are listed in docs/records.md and never reworded. */
export const reasonSchema = z.strictObject({
  code: z.string().describe('Stable; never reworded'),
  message: z.string(),
});
export type Reason = Readonly<z.infer<typeof reasonSchema>>;
