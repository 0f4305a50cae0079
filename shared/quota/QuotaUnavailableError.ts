import { AppError } from '../errors/AppError';

/** The calendar cannot be read or written: bulk work waits with growing delay, interactive work answers 503. */
export class QuotaUnavailableError extends AppError {
  override readonly name = 'QuotaUnavailableError';
  readonly code = 'quota.unavailable';
}
