import { AppError } from '../errors/AppError';

/** No broker, or none that lets us in: nothing can be sent, so the input must stay where it is. */
export class BrokerUnreachableError extends AppError {
  override readonly name = 'BrokerUnreachableError';
  override readonly code = 'messaging.unreachable';

  /** `condition` is the SDK's error code, such as `ServiceTimeout`. */
  constructor(
    readonly queue: string,
    readonly condition: string,
  ) {
    super(`Cannot send to ${queue}: ${condition}`);
  }
}
