import { AppError } from '../errors/AppError';

/** Blob or table storage did not do what it was asked: unreachable, refused our rights, or failing. Work can be retried. */
export class StorageUnavailableError extends AppError {
  override readonly name = 'StorageUnavailableError';
  override readonly code = 'storage.unavailable';

  /** `operation` names what was tried, `condition` is the service's error code or the connection's. */
  constructor(
    readonly operation: string,
    readonly condition: string,
  ) {
    super(`Cannot ${operation}: ${condition}`);
  }
}
