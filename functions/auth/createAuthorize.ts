import type { HttpRequest } from '@azure/functions';
import type { AppConfig } from '../../shared/config/AppConfig';
import type { Clock } from '../../shared/clock/Clock';
import type { FairShare } from '../../shared/quota/FairShare';
import { TokenBuckets } from '../../shared/quota/TokenBuckets';
import { HttpProblem } from '../http/HttpProblem';
import type { Authorize } from '../http/Route';
import { addressOf } from './addressOf';
import { callerOf } from './callerOf';
import type { TokenCheck } from './createTokenCheck';

export interface AuthorizeOptions {
  readonly config: Pick<AppConfig, 'http'>;
  /** Needed if and only if `HTTP_AUTH` is `entra`. */
  readonly checkToken: TokenCheck | null;
  readonly fairShare: Pick<FairShare, 'runAs'>;
  readonly clock: Clock;
}

/** Requests of one caller, whatever they ask for: keeps a runaway loop off the process. */
const REQUESTS = { capacity: 600, refillPerMinute: 600 } as const;
/**
 * Refused tokens of one address: beyond that none is looked at. Each takes about 0.2 ms of CPU, so a flood takes no more
 * than a tenth of a second a minute; generous, as behind a gateway all callers have one address.
 */
const REFUSALS = { capacity: 600, refillPerMinute: 600 } as const;

/**
 * Who may call, and how much. Function keys are the platform's to check, before a request gets here; headers in which
 * the platform describes a caller are not signed, so none counts.
 */
export function createAuthorize(options: AuthorizeOptions): Authorize {
  const { config, checkToken, fairShare, clock } = options;
  const requests = new TokenBuckets({ ...REQUESTS, clock });
  const refusals = new TokenBuckets({ ...REFUSALS, clock });

  async function identify(request: HttpRequest): Promise<string> {
    if (config.http.auth !== 'entra') return callerOf(request.headers, request.query);
    if (!checkToken) throw new TypeError('Cannot authorize: no token check');
    const address = addressOf(request.headers);
    refuseWhile(refusals.peek(address), `More than ${REFUSALS.refillPerMinute} refused a minute.`);
    try {
      return `app ${await checkToken(request.headers.get('authorization'))}`;
    } catch (error) {
      refusals.take(address);
      throw error;
    }
  }

  return async (request, work) => {
    const caller = await identify(request);
    refuseWhile(requests.take(caller), `More than ${REQUESTS.refillPerMinute} requests a minute.`);
    return fairShare.runAs(caller, work);
  };
}

function refuseWhile(retryAfterMs: number, detail: string): void {
  if (retryAfterMs === 0) return;
  throw new HttpProblem({ status: 429, code: 'request.tooMany', detail, retryAfterMs });
}
