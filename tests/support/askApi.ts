import { isDeepStrictEqual } from 'node:util';
import { OPERATIONS } from '../../shared/openapi/operations';
import { problemAnswer } from '../../shared/openapi/answers';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';

/** An answer as a client sees it; the body is typed as far as the tests need. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Partial<EnrichmentRecord> & {
    readonly code?: string;
    readonly detail?: string;
    readonly [field: string]: unknown;
  };
}

/** Asks the app at `base`, such as `http://127.0.0.1:7071/api`. */
export async function ask(base: string, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`${base}${path}`, init);
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Answer['body']; // every answer is an object
  return { status: response.status, headers: response.headers, body };
}

export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** What of an answer is not as the API description has it for the route. */
export function undescribed(route: string, { status, body }: Answer): readonly string[] {
  const described = OPERATIONS[route]?.answers[status];
  const schema = described?.schema ?? problemAnswer;
  const { data, error } = schema.safeParse(body);
  if (error) return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return isDeepStrictEqual(data, body) ? [] : ['a field is missing that has a default'];
}
