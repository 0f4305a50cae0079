import { AppError } from '../errors/AppError';

/**
 * No token for Defender could be had, so nothing was sent and no call was spent. Apart from a Defender failure, so
 * that the endpoint's breaker is left alone and health can name the right culprit.
 */
export class TokenUnavailableError extends AppError {
  override readonly name = 'TokenUnavailableError';
  readonly code = 'defender.tokenUnavailable';
}
