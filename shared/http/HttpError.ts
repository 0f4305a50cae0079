import { AppError } from '../errors/AppError';

/**
 * No complete or usable HTTP answer came. All that is left of the client library's own error, which carries the request with
 * its Authorization header, and so must not be passed on.
 */
export class HttpError extends AppError {
  override readonly name = 'HttpError';
  readonly code = 'http.noAnswer';

  constructor(
    readonly method: string,
    /** Without the query. */
    readonly path: string,
    /** `timeout`, `tooLarge`, `status 500`, or the code of Node or OpenSSL, such as `ECONNRESET`. */
    readonly failure: string,
  ) {
    super(`Cannot ${method} ${path}: ${failure}`);
  }
}
