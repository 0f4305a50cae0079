import { trigger, type ServiceBusQueueTrigger } from '@azure/functions';

/**
 * One message per invocation, its body as bytes: the binding would parse JSON itself, and duplicate keys and long
 * numbers would be gone.
 */
export function queueOptions(queueName: string): {
  readonly connection: string;
  readonly queueName: string;
  readonly trigger: ServiceBusQueueTrigger;
} {
  const options = { connection: 'ServiceBusConnection', queueName, cardinality: 'one' } as const;
  return {
    connection: options.connection,
    queueName,
    trigger: { ...trigger.serviceBusQueue(options), ...options, dataType: 'binary' },
  };
}
