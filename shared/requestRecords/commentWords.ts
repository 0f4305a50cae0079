import type { RequestRecord } from './RequestRecord';

export const OUTCOME_TEXTS = {
  found: 'found',
  notSeen: 'not seen',
  invalid: 'invalid',
  denied: 'denied',
  expired: 'expired',
  failed: 'failed',
} as const satisfies Record<keyof RequestRecord['summary']['outcomes'], string>;
