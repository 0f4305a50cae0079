import { AppError } from '../errors/AppError';

/** The broker answers but does not take this message or has this queue full or disabled. Sending on another queue can work. */
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
}
