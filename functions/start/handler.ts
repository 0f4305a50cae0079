import { z } from 'zod';
import type { Route } from '../http/Route';
import { pageAnswer } from '../pages/pageAnswer';
import { START_PAGE } from './startPage';

/** `GET /api/start`: what runs where, quota, last records, and a box for a message. Holds no data, and asks for it. */
export function createStartRoute(): Route<Record<string, never>> {
  const answer = pageAnswer(START_PAGE);
  return {
    name: 'start',
    path: 'start',
    method: 'GET',
    auth: 'anonymous',
    query: z.strictObject({}),
    json: null,
    handler: () => Promise.resolve(answer),
  };
}
