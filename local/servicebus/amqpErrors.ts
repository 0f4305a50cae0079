/** An AMQP error as it goes out in a detach, an outcome or a management reply. */
export interface AmqpFault {
  readonly condition: string;
  readonly description: string;
}

export const LOCK_LOST: AmqpFault = {
  condition: 'com.microsoft:message-lock-lost',
  description:
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
};

export const MESSAGE_NOT_FOUND: AmqpFault = {
  condition: 'com.microsoft:message-not-found',
  description: 'The message does not exist, or is not in the state that the operation needs.',
};

export const ALREADY_DEAD_LETTERED: AmqpFault = {
  condition: 'amqp:not-allowed',
  description: 'A message of a dead-letter queue cannot be dead-lettered again.',
};

export const messageTooLarge = (sizeBytes: number): AmqpFault => ({
  condition: 'amqp:link:message-size-exceeded',
  description: `The received message (${sizeBytes} bytes) exceeds the limit of the queue.`,
});

export const malformedMessage = (description: string): AmqpFault => ({
  condition: 'amqp:decode-error',
  description,
});

/** In the service's words, which clients' logs and alerts look for. */
export const entityNotFound = (entity: string, trackingId: string, now: number): AmqpFault => ({
  condition: 'amqp:not-found',
  description: `The messaging entity '${entity}' could not be found. To know more visit https://aka.ms/sbResourceMgrExceptions. TrackingId:${trackingId}, SystemTracker:${entity}, Timestamp:${new Date(now).toISOString().slice(0, 19)}`,
});

export const notImplemented = (what: string): AmqpFault => ({
  condition: 'amqp:not-implemented',
  description: `The emulator does not implement ${what}.`,
});

export const SEND_TO_DEAD_LETTERS: AmqpFault = {
  condition: 'amqp:not-allowed',
  description: 'Messages cannot be sent to a dead-letter queue.',
};
