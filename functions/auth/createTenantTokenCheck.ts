import type * as Jose from 'jose';
import type { AppConfig } from '../../shared/config/AppConfig';
import type { Clock } from '../../shared/clock/Clock';
import { createTokenCheck, type TokenCheck } from './createTokenCheck';

/** The check against the keys that the tenant publishes, fetched when first needed; null if no tokens are asked for. */
export function createTenantTokenCheck(
  { http: { entra }, defender: { authorityHost } }: Pick<AppConfig, 'http' | 'defender'>,
  clock: Clock,
): TokenCheck | null {
  if (entra === null) return null;
  const { createRemoteJWKSet } = require('jose') as typeof Jose; // its own types
  const keysUrl = new URL(`/${entra.tenantId}/discovery/v2.0/keys`, authorityHost);
  return createTokenCheck({ entra, authorityHost, keys: createRemoteJWKSet(keysUrl), clock });
}
