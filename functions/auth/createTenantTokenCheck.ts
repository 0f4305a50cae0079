import { z } from 'zod';
import type { Clock } from '../../shared/clock/Clock';
import type { AppConfig } from '../../shared/config/AppConfig';
import { HttpError } from '../../shared/http/HttpError';
import type { HttpTransport } from '../../shared/http/HttpTransport';
import { keysNotRefreshed } from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import { createTokenCheck, type TokenCheck } from './createTokenCheck';
import { TenantKeys } from './TenantKeys';

const TIMEOUT_MS = 5_000;
/** Entra's are about 15 KB. */
const MAX_BYTES = 256 * 1024;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

export interface TenantTokenCheckDeps {
  readonly config: {
    readonly http: AppConfig['http'];
    readonly defender: Pick<AppConfig['defender'], 'authorityHost'>;
  };
  readonly transport: Pick<HttpTransport, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The check against the keys that the tenant publishes, fetched when first needed; null if no tokens are asked for. */
export function createTenantTokenCheck({
  config,
  transport,
  clock,
  logger,
}: TenantTokenCheckDeps): TokenCheck | null {
  const {
    http: { entra },
    defender: { authorityHost },
  } = config;
  if (entra === null) return null;
  const url = new URL(`/${entra.tenantId}/discovery/v2.0/keys`, authorityHost);
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
  const keys = new TenantKeys({
    fetch: async () => {
      const { status, body } = await transport.get({ url, headers: {}, ...limits });
      if (status !== 200) throw new HttpError('GET', url.pathname, `status ${status}`);
      return keySet.parse(JSON.parse(body));
    },
    onFailure: (error, ageMs) => {
      // A parser's message quotes what it read.
      const condition = error instanceof HttpError ? error.failure : 'notAKeySet';
      keysNotRefreshed(logger, { condition, ageMs });
    },
    clock,
  });
  return createTokenCheck({ entra, authorityHost, keys: keys.find, clock });
}
