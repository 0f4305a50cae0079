import type { ApplicationProperties } from './applicationProperties';

export interface OutgoingMessage {
  /** At most 128 characters. Duplicate detection drops a second message with the same id. */
  readonly messageId: string;
  /** UTF-8 text, JSON unless `contentType` differs. */
  readonly body: Buffer;
  readonly contentType: string;
  readonly correlationId?: string;
  readonly sessionId?: string;
  readonly subject?: string;
  readonly applicationProperties?: ApplicationProperties;
  /** Unix ms at which the broker makes the message visible; a past instant is at once. */
  readonly scheduledAt?: number;
}

/** Sends to one queue or topic. */
export interface QueueSender {
  /**
   * Resolves when the broker has accepted all of `messages`. After a throw some may have been accepted: send all
   * again, duplicate detection drops the copies.
   * @throws {MessageRefusedError} the broker answers but does not take them.
   * @throws {BrokerUnreachableError} everything else.
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
}
