import { z } from 'zod';

/** Unix ms, within the years that an ISO time can express. */
export const instantSchema = z
  .int()
  .min(Date.parse('0001-01-01T00:00:00Z'))
  .max(Date.parse('9999-12-31T23:59:59Z'));
