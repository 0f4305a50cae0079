import { MINUTE_MS } from '../clock/durations';
import type { DefenderConfig } from '../config/AppConfig';
import type { TokenState } from '../identity/TokenState';

/** How old the token for Defender is, and what that means for a role that was granted lately. */
export interface TokenReport {
  /** ISO 8601; null if not in the token. */
  readonly issuedAt: string | null;
  readonly ageMs: number | null;
  /** The application permissions in it; null if it has no such claim. */
  readonly roles: readonly string[] | null;
  readonly note: string;
}

const NOTES = {
  /** learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations, 2026-10. */
  platform:
    'A role granted since then is not in it, and the platform may go on handing out the old roles for up to 24 hours.',
  issuer:
    'A role granted since then is not in it; after a refusal a new token is asked for, once a minute at most.',
} as const;

/** `now` is Unix ms. */
export function tokenReport(
  { issuedAt, roles }: TokenState,
  mode: DefenderConfig['auth']['mode'],
  now: number,
): TokenReport {
  return {
    issuedAt: issuedAt === null ? null : new Date(issuedAt).toISOString(),
    // The issuer's clock may be ahead.
    ageMs: issuedAt === null ? null : Math.max(0, now - issuedAt),
    roles,
    note: mode === 'managedIdentity' ? NOTES.platform : NOTES.issuer,
  };
}

/** In words, for readers of the health report, who may not see the roles. */
export function describeToken({ issuedAt, ageMs, note }: TokenReport): string {
  if (issuedAt === null || ageMs === null) return 'The token has no issue time.';
  return `Issued at ${issuedAt}, ${Math.floor(ageMs / MINUTE_MS)} minutes ago. ${note}`;
}
