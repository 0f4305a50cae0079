import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { INDICATOR_KINDS, type IndicatorKind } from '../../shared/indicators/Indicator';
import { isMeantAs } from '../../shared/kinds/detectIndicatorKind';
import type { LookupRoute } from '../../shared/kinds/Kind';
import { KINDS } from '../../shared/kinds/kinds';
import { isUsable } from '../../shared/siem/readTime';
import { badRequest } from '../http/HttpProblem';
import { newPollId } from '../http/newPollId';
import { flag, format, instant, maxAgeMs } from '../http/parameters';
import { deniedProblem, laterProblem } from '../http/problems';
import { recordAnswer, type RecordAnswerDeps } from '../http/recordAnswer';
import { requestAnswer } from '../http/requestAnswer';
import type { Route, RouteAnswer } from '../http/Route';

const isAsync = flag.optional().meta({
  description: 'Whether to go on in the queue when there is no slot in time',
  example: 'true',
});
const at = instant.optional().meta({
  description: 'When the address was seen; without it, the match is weak',
  example: '2026-11-20T08:15:00Z',
});
const common = { maxAgeMs, format, async: isAsync };
const commonQuery = z.strictObject(common);
const timedQuery = z.strictObject({ ...common, at });
type Query = z.output<typeof commonQuery> & { readonly at?: number | undefined };

type LookupRouteDeps = Pick<AppContext, 'httpLookups' | 'clock'> & RecordAnswerDeps;

/** The lookups that answer one question with one record. */
export function createLookupRoutes(deps: LookupRouteDeps): readonly Route<Query, undefined>[] {
  return INDICATOR_KINDS.flatMap((kind) =>
    KINDS[kind].routes.map((route) => createRoute(kind, route, deps)),
  );
}

function createRoute(
  kind: IndicatorKind,
  { name, path, parameter, otherwise = kind, asks, takesTime }: LookupRoute,
  deps: LookupRouteDeps,
): Route<Query, undefined> {
  const { httpLookups, clock } = deps;
  return {
    name,
    path,
    query: takesTime ? timedQuery : commonQuery,
    method: 'GET',
    auth: 'caller',
    json: null,
    handler: async (request): Promise<RouteAnswer> => {
      const { correlationId, receivedAt, baseUrl } = request;
      const text = request.params[parameter.name] ?? '';
      const { query: asked } = request;
      if (asked.at !== undefined && !isUsable(asked.at, receivedAt)) {
        throw badRequest(
          'parameter',
          'at',
          'Query parameter at: lies before 2015 or ahead of now.',
        );
      }
      const isPatient = asked.async ?? false;
      // It may be refused, so before there is work to ask for at it.
      const base = isPatient ? baseUrl() : '';
      const pollId = newPollId();
      const answer = await httpLookups.answerOne(
        {
          kind: isMeantAs(kind, text) ? kind : otherwise,
          text,
          path: parameter.name,
          asks,
          at: asked.at ?? null,
          maxAgeMs: asked.maxAgeMs ?? null,
        },
        { pollId, correlationId, receivedAt },
        isPatient,
      );
      switch (answer.outcome) {
        case 'malformed':
          throw badRequest(
            'parameter',
            parameter.name,
            `${parameter.name}: ${answer.reason.message}`,
          );
        case 'accepted':
          return requestAnswer(answer.view, { pollId, baseUrl: base, now: clock.now() });
        case 'answered': {
          const { outcome, reason } = answer.record;
          if (outcome === 'denied' && reason) throw deniedProblem(reason);
          return recordAnswer(answer.record, asked.format, deps);
        }
        default:
          throw laterProblem(answer, clock.now());
      }
    },
  };
}
