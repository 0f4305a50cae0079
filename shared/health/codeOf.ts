import { AppError } from '../errors/AppError';

/** What callers may know of a failure: SDK errors disclose more. */
export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'health.failed';
}
