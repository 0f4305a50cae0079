import type { TokenSource } from '../../../shared/identity/TokenSource';

/** Always the same token; tells `log` what is asked of it. */
export function plantedToken(log: string[] = []): TokenSource {
  return {
    get: (signal) => {
      signal?.throwIfAborted();
      log.push('get token');
      return Promise.resolve('planted-token');
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
