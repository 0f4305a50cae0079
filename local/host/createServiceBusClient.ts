import { RetryMode, ServiceBusClient } from '@azure/service-bus';
import type { ServiceBusClientOptions } from '@azure/service-bus';
import type { HostConfig } from './HostConfig';
import type { HostSettings } from './HostSettings';

/**
 * The client behind a trigger's `connection`, which is a prefix of settings: `<prefix>` holds a connection string, or
 * `<prefix>__fullyQualifiedNamespace` a namespace that is entered with an identity (`<prefix>__clientId` picks one).
 *
 * @throws Error naming the settings that are missing.
 */
export async function createServiceBusClient(
  prefix: string,
  settings: HostSettings,
  { clientRetryOptions: retry }: Pick<HostConfig['extensions']['serviceBus'], 'clientRetryOptions'>,
): Promise<ServiceBusClient> {
  const options: ServiceBusClientOptions = {
    retryOptions: {
      mode: retry.mode === 'fixed' ? RetryMode.Fixed : RetryMode.Exponential,
      maxRetries: retry.maxRetries,
      retryDelayInMs: retry.delay,
      maxRetryDelayInMs: retry.maxDelay,
      timeoutInMs: retry.tryTimeout,
    },
  };
  const connectionString = settings[prefix];
  if (connectionString) return new ServiceBusClient(connectionString, options);

  const namespace = settings[`${prefix}__fullyQualifiedNamespace`];
  if (!namespace) {
    throw new Error(`Neither ${prefix} nor ${prefix}__fullyQualifiedNamespace is set.`);
  }
  const { DefaultAzureCredential } = await import('@azure/identity');
  const clientId = settings[`${prefix}__clientId`];
  const credential = new DefaultAzureCredential(
    clientId ? { managedIdentityClientId: clientId } : {},
  );
  return new ServiceBusClient(namespace, credential, options);
}
