import type { AppConfig } from '../../shared/config/AppConfig';
import { HttpProblem } from './HttpProblem';
import type { Authorize } from './Route';

/** Function keys are the platform's to check, before the request gets here. */
export function createAuthorize({ http }: Pick<AppConfig, 'http'>): Authorize {
  return () => {
    if (http.auth !== 'entra') return Promise.resolve();
    const detail = 'The bearer token was not accepted.';
    return Promise.reject(new HttpProblem({ status: 401, code: 'auth.tokenRefused', detail }));
  };
}
