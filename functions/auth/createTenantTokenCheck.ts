import { createPublicKey, type JsonWebKey } from 'node:crypto';
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

/** What RS256 asks for. */
const MIN_MODULUS_BITS = 2_048;

/** The public part of an RSA key; the rest of what is published is of no use for a check. */
const rsaKey = z
  .object({
    kty: z.literal('RSA'),
    n: z.string(),
    e: z.string(),
    kid: z.string(),
    use: z.literal('sig').default('sig'),
    alg: z.literal('RS256').default('RS256'),
  })
  .refine(isUsable);
/** A key that cannot be used does not take the others with it. */
const keySet = z
  .object({ keys: z.array(z.unknown()) })
  .transform(({ keys }) => ({ keys: keys.flatMap((key) => rsaKey.safeParse(key).data ?? []) }))
  .refine(({ keys }) => keys.length > 0);

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

/** Whether a signature can be checked with it at all. */
function isUsable(key: JsonWebKey): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
    return modulusLength >= MIN_MODULUS_BITS && publicExponent > 1n;
  } catch {
    return false;
  }
}
