import type { TokenSource } from '../../../shared/identity/TokenSource';

/** Always the same token; tells `log` what is asked of it. */
export function plantedToken(log: string[] = [], planted = 'planted-token'): TokenSource {
  return {
    get: (signal) => {
      signal?.throwIfAborted();
      log.push('get token');
      return Promise.resolve(planted);
    },
    prepare: () => {
      log.push('prepare token');
      return Promise.resolve();
    },
    invalidate: (token) => log.push(`invalidate ${token}`),
    doubt: (token) => log.push(`doubt ${token}`),
    current: () => null,
  };
}
