import { z } from 'zod';
import type { Route, RouteAnswer } from '../http/Route';
import { pageAnswer, type Page } from './pageAnswer';
import { readPage, type PageName, type PageParts } from './readPage';

export interface PageRouteOptions extends Omit<Page, keyof PageParts> {
  /** Name of the route and its path. */
  readonly path: string;
  readonly page: PageName;
  /** Default: from beside the code. */
  readonly read?: (name: PageName) => Promise<PageParts>;
}

/** A page that holds no data and asks this app for it. Read with its first request, not at every start. */
export function createPageRoute(options: PageRouteOptions): Route<Record<string, never>> {
  const { path, page, read = readPage, ...head } = options;
  let answer: RouteAnswer | null = null;
  return {
    name: path,
    path,
    method: 'GET',
    auth: 'anonymous',
    query: z.strictObject({}),
    json: null,
    handler: async () => (answer ??= pageAnswer({ ...head, ...(await read(page)) })),
  };
}
