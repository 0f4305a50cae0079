import { AppError } from '../errors/AppError';

/** The broker answers, but one of its queues cannot be used: it is missing, disabled or closed to us. */
export class QueueUnusableError extends AppError {
  override readonly name = 'QueueUnusableError';
  readonly code: 'broker.queueNotFound' | 'broker.queueUnusable';

  /** `condition` is the SDK's error code, such as `MessagingEntityNotFound`. */
  constructor(queue: string, condition: string) {
    super(`Cannot use the queue ${queue}: ${condition}`);
    const isMissing = condition === 'MessagingEntityNotFound';
    this.code = isMissing ? 'broker.queueNotFound' : 'broker.queueUnusable';
  }
}
