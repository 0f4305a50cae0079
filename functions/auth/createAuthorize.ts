import type { HttpRequest } from '@azure/functions';
import type { AppConfig } from '../../shared/config/AppConfig';
import type { Clock } from '../../shared/clock/Clock';
import type { FairShare } from '../../shared/callers/FairShare';
import { TokenBuckets } from '../../shared/callers/TokenBuckets';
import { HttpProblem } from '../http/HttpProblem';
import { publicBaseUrl } from '../http/publicBaseUrl';
import type { Authorize, AuthorizedRoute } from '../http/Route';
import { addressCaller, callerOf } from './callerOf';
import type { TokenCheck } from './createTokenCheck';

export interface AuthorizeOptions {
  readonly config: Pick<AppConfig, 'http' | 'publicBaseUrl'>;
  /** Needed if and only if `HTTP_AUTH` is `entra`. */
  readonly checkToken: TokenCheck | null;
  readonly fairShare: Pick<FairShare, 'runAs'>;
  readonly clock: Clock;
}

/** Requests of one caller, whatever they ask for: keeps a runaway loop off the process. */
const REQUESTS = { capacity: 600, refillPerMinute: 600 } as const;

/**
 * Who may call, and how much. Function keys are the platform's to check, before a request gets here; headers in which
 * the platform describes a caller are not signed, so none counts.
 */
export function createAuthorize(options: AuthorizeOptions): Authorize {
  const { config, checkToken, fairShare, clock } = options;
  const requests = new TokenBuckets({ ...REQUESTS, clock });

  async function identify(
    request: HttpRequest,
    { auth, tokenGuidePath, admitsUsers = false }: AuthorizedRoute,
  ) {
    // An unchecked key does not identify a caller.
    if (auth === 'capability') return { caller: addressCaller(request.headers), appId: null };
    if (config.http.auth !== 'entra') {
      return { caller: callerOf(request.headers, request.query), appId: null };
    }
    if (!checkToken) throw new TypeError('Cannot authorize: no token check');
    // Refusing a token takes 0.2 ms; a limit by address would shut out all callers behind one flooding gateway.
    const authorization = request.headers.get('authorization');
    const appId = await checkToken(authorization, admitsUsers).catch((error: unknown) => {
      if (tokenGuidePath === undefined || !isWithoutToken(error)) throw error;
      const baseUrl = publicBaseUrl(request.url, config.publicBaseUrl);
      throw naming(`${baseUrl}/api/${tokenGuidePath}`, error);
    });
    return { caller: `app ${appId}`, appId };
  }

  return async (request, route, work) => {
    const { caller, appId } = await identify(request, route);
    const retryAfterMs = requests.take(caller);
    if (retryAfterMs > 0) {
      const detail = `More than ${REQUESTS.refillPerMinute} requests a minute.`;
      throw new HttpProblem({ status: 429, code: 'request.tooMany', detail, retryAfterMs });
    }
    const { callerKind: kind = 'regular' } = route;
    return fairShare.runAs({ id: caller, kind }, () => work(appId));
  };
}

const isWithoutToken = (error: unknown): error is HttpProblem =>
  error instanceof HttpProblem && error.options.status === 401;

/** The refusal, with the address of the OAuth protected-resource metadata (RFC 9728 §5.1). */
function naming(guide: string, { options }: HttpProblem): HttpProblem {
  const headers = { 'www-authenticate': `Bearer resource_metadata="${guide}"` };
  return new HttpProblem({ ...options, headers });
}
