import { AppError } from '../errors/AppError';

/**
 * No token for Defender could be obtained, so nothing was sent and no call was spent. Distinct from a Defender failure,
 * so that the endpoint's breaker stays closed and health names the right cause.
 */
export class TokenUnavailableError extends AppError {
  override readonly name = 'TokenUnavailableError';
  readonly code = 'defender.tokenUnavailable';
}
