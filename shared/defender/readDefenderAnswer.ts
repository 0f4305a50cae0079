import { z } from 'zod';
import type { HttpResponse } from '../http/HttpTransport';
import { parseRetryAfter } from '../http/parseRetryAfter';
import { printable } from '../http/printable';
import { printPath } from '../json/printPath';
import { parseJsonInTurns } from '../json/parseJson';
import { defenderFileSchema, machineSchema, type DefenderAnswer } from './DefenderAnswer';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from './defenderErrors';
import type { DefenderQuery } from './DefenderQuery';
import { endpointOf } from './endpoints';
import { alertList, machineList } from './readList';

const noAnswer = { machines: [], alerts: [], file: null } as const;

const machines = machineList.transform(({ rows, ...notes }) => ({
  ...noAnswer,
  machines: rows,
  ...notes,
}));

const contents = {
  machines,
  alerts: alertList.transform(({ rows, ...notes }) => ({ ...noAnswer, alerts: rows, ...notes })),
  // A single entity has the envelope's annotation among its own fields.
  machine: z
    .looseObject({ id: machineSchema.shape.id })
    .transform(({ '@odata.context': _, ...machine }): unknown => ({ value: [machine] }))
    .pipe(machines),
  file: defenderFileSchema.transform(({ '@odata.context': _, ...file }) => ({ ...noAnswer, file })),
};

/** Defender's own errors; an answer of anything in between, or of no route at all, looks different. */
const errorSchema = z.object({
  error: z.object({
    message: z.string().catch(''),
    target: z.string().nullable().catch(null),
  }),
});

/**
 * Reads the HTTP answer to `query`: the answer, or the error that defines the next step. `now` is Unix ms; `rolesHeld`:
 * those in the token (default: none); null: it cannot be read, so no role can be reported missing.
 */
export async function readDefenderAnswer(
  query: DefenderQuery,
  response: HttpResponse,
  now: number,
  rolesHeld: readonly string[] | null = [],
): Promise<DefenderAnswer> {
  const endpoint = endpointOf(query);
  const { status } = response;
  const body = await parseJsonInTurns(response.body);
  if (status === 200) {
    const content = await contents[endpoint.answers].safeParseAsync(body);
    if (content.success) return { status, ...content.data, correlationId: null };
    const at = printPath(content.error.issues[0]?.path ?? []) || 'its root';
    throw new DefenderUnavailableError(
      `Cannot query ${endpoint.label}: unreadable answer at ${at}`,
      {
        endpoint: query.endpoint,
        status,
        correlationId: null,
      },
    );
  }

  const error = errorSchema.safeParse(body).data?.error;
  const correlationId = error?.target ? printable(error.target) : null;
  if (status === 404 && error && endpoint.notFoundIsAnswer(query)) {
    return { status, ...noAnswer, correlationId };
  }

  const text = printable(error?.message ?? '');
  const message = `Cannot query ${endpoint.label}: HTTP ${status}${text && `, ${text}`}`;
  const options = { endpoint: query.endpoint, status, correlationId };
  if (status === 400 && error) throw new DefenderRejectedError(message, options);
  if (status === 401) throw new DefenderUnauthorizedError(message, options);
  if (status === 403) {
    const named = namedRoles(text);
    const roles = named.length ? named : endpoint.roles;
    const isRoleMissing =
      named.length > 0 ||
      (rolesHeld !== null && !endpoint.roles.some((role) => rolesHeld.includes(role)));
    throw new DefenderForbiddenError(message, roles, isRoleMissing, options);
  }
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(response.headers['retry-after'], now);
    throw new DefenderThrottledError(message, retryAfterMs, options);
  }
  throw new DefenderUnavailableError(message, options);
}

/** "… required roles: A,B, application roles: C." and the older "… permissions (A, B) to …". */
function namedRoles(message: string): readonly string[] {
  const list =
    /(?:required roles: |application permissions \()([\w., ]+?)(?:, application|\))/.exec(
      message,
    )?.[1];
  return list?.split(/, ?/).filter((role) => role.includes('.')) ?? [];
}
