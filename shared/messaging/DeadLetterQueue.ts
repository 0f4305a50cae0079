import type { QuarantineSource } from './Quarantine';

/** Application property of a message that was taken back out of the dead letters. */
export const REDRIVEN = 'redriven';

/** A message that the broker has given up on. */
export interface DeadLetter {
  readonly body: Buffer;
  /** As its deliveries had it: under the sequence number and the enqueued time of the original. */
  readonly source: QuarantineSource;
  /** Why, in the broker's words. */
  readonly brokerReason: string;
  /** Its time to live ran out before it was delivered. */
  readonly hasExpired: boolean;
}

export interface DrainLimits {
  readonly max: number;
  /** None is handed over later (Unix ms). */
  readonly deadlineAt: number;
}

/** The dead letters of one queue. */
export interface DeadLetterQueue {
  /**
   * Hands dead letters over, each to one process at a time. It is gone when `handle` has resolved; if that fails, it
   * comes again in a later drain, and the others are still handed over.
   * @throws {BrokerUnreachableError} or the first error of `handle`, at the end.
   */
  drain(handle: (letter: DeadLetter) => Promise<void>, limits: DrainLimits): Promise<void>;
}
