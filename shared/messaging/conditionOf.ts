import type * as ServiceBus from '@azure/service-bus';

/** What is safe to repeat of an SDK's error: its messages carry addresses and, in places, more. */
export function conditionOf(error: unknown): string {
  const { isServiceBusError } = require('@azure/service-bus') as typeof ServiceBus; // its own types
  if (error instanceof Error && isServiceBusError(error)) return error.code;
  return error instanceof Error ? error.name : 'Unknown';
}

const REFUSALS: readonly string[] = [
  'MessageSizeExceeded',
  'QuotaExceeded',
  'MessagingEntityDisabled',
  'MessagingEntityNotFound',
  'UnauthorizedAccess',
];

/** Whether the broker is well under this condition, and only a queue or a message is not. */
export const isRefusal = (condition: string): boolean => REFUSALS.includes(condition);
