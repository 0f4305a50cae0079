import type { ServiceBusClient } from '@azure/service-bus';
import { createServiceBusClient } from '../../local/host/createServiceBusClient';
import type { HostSettings } from '../../local/host/HostSettings';

/** The namespace that `ServiceBusConnection` names, for somebody who waits: given up within seconds, not minutes. */
export const openServiceBus = (
  settings: HostSettings,
  { maxRetries = 2 }: { readonly maxRetries?: number } = {},
): Promise<ServiceBusClient> =>
  createServiceBusClient('ServiceBusConnection', settings, {
    clientRetryOptions: {
      mode: 'exponential',
      maxRetries,
      delay: 500,
      maxDelay: 2_000,
      tryTimeout: 10_000,
    },
  });
