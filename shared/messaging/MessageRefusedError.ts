import { AppError } from '../errors/AppError';

/** The broker answers but does not take this message: too large, or its queue is full, disabled, missing or closed to us. */
export class MessageRefusedError extends AppError {
  override readonly name = 'MessageRefusedError';
  override readonly code = 'messaging.refused';

  /** `condition` is the SDK's error code, such as `MessageSizeExceeded`. */
  constructor(
    readonly queue: string,
    readonly condition: string,
  ) {
    super(`Cannot send to ${queue}: ${condition}`);
  }

  /** Whether it is the message: it will not be taken later either. */
  get isTooLarge(): boolean {
    return this.condition === 'MessageSizeExceeded';
  }
}
