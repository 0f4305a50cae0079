import { AppError } from '../errors/AppError';

/** Messages in a queue; `scheduled`: those not due yet. */
export interface QueueDepth {
  readonly active: number;
  readonly scheduled: number;
  readonly deadLettered: number;
}

/** How much waits in the queues. It takes the right to manage them, which sending and receiving do not need. */
export interface QueueDepths {
  /** Null for a topic, in which nothing waits. @throws {DepthUnreadableError} */
  read(queue: string): Promise<QueueDepth | null>;
}

/** The app's identity lacks the right, the queue does not exist, or the broker does not answer. */
export class DepthUnreadableError extends AppError {
  override readonly name = 'DepthUnreadableError';

  constructor(
    queue: string,
    readonly code: 'broker.depthsDenied' | 'broker.queueNotFound' | 'broker.depthsUnreadable',
  ) {
    super(`Cannot read how much waits in ${queue}: ${code}`);
  }
}
