import type * as ServiceBus from '@azure/service-bus';
import { z } from 'zod';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import type { HttpTransport } from '../http/HttpTransport';
import { createPlatformCredential } from '../identity/createPlatformCredential';
import { namespaceDepths, namespaceProperties, type AdministrationClient } from './namespaceDepths';
import type { QueueProperties } from './QueueProperties';
import { DepthUnreadableError, type QueueDepths } from './QueueDepths';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
const LIMITS = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
/** The local broker's connection string names its management address: the SDK reaches HTTPS only. */
const LOCAL_ADMINISTRATION = /;AdministrationEndpoint=(http:\/\/127\.0\.0\.1:\d+)(?:;|$)/;

export interface QueueDepthsOptions {
  readonly config: Pick<AppConfig, 'serviceBus' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'serviceBusConnectionString'>;
  readonly transport: Pick<HttpTransport, 'get'>;
}

/** Of the namespace that the settings name; nothing connects before the first reading. */
export function createQueueDepths(options: QueueDepthsOptions): QueueDepths {
  const { config, secrets, transport } = options;
  const local = LOCAL_ADMINISTRATION.exec(secrets.serviceBusConnectionString ?? '')?.[1];
  return local === undefined
    ? namespaceDepths(() => administrationClient(config, secrets))
    : localBrokerDepths(new URL('/queues', local), transport);
}

/** How the queues of the same namespace were made. Null: of a topic. @throws {DepthUnreadableError} */
export function createQueueProperties(
  options: QueueDepthsOptions,
): (queue: string) => Promise<QueueProperties | null> {
  const { config, secrets, transport } = options;
  const local = LOCAL_ADMINISTRATION.exec(secrets.serviceBusConnectionString ?? '')?.[1];
  if (local === undefined) return namespaceProperties(() => administrationClient(config, secrets));
  const url = new URL('/properties', local);
  return async (queue) => {
    const { body } = await transport.get({ url, headers: {}, ...LIMITS });
    const found = localProperties.parse(JSON.parse(body))[queue];
    if (!found) throw new DepthUnreadableError(queue, 'broker.queueNotFound');
    return { ...found, timeToLiveMs: found.timeToLiveMs ?? Infinity };
  };
}

const localProperties = z.record(
  z.string(),
  z.object({
    duplicateWindowMs: z.number().nullable(),
    lockMs: z.number(),
    timeToLiveMs: z.number().nullable(),
    deadLettersOnExpiry: z.boolean(),
  }),
);

function administrationClient(
  { serviceBus: { fullyQualifiedNamespace, clientId }, environment }: QueueDepthsOptions['config'],
  { serviceBusConnectionString }: QueueDepthsOptions['secrets'],
): AdministrationClient {
  const { ServiceBusAdministrationClient } = require('@azure/service-bus') as typeof ServiceBus; // its own types
  const options = { retryOptions: { maxRetries: 0 } };
  if (fullyQualifiedNamespace === null) {
    return new ServiceBusAdministrationClient(serviceBusConnectionString ?? '', options);
  }
  const credential = createPlatformCredential(environment, clientId);
  return new ServiceBusAdministrationClient(fullyQualifiedNamespace, credential, options);
}

const localCounts = z.record(
  z.string(),
  z.object({ active: z.number(), scheduled: z.number(), deadLettered: z.number() }),
);

function localBrokerDepths(url: URL, transport: QueueDepthsOptions['transport']): QueueDepths {
  return {
    read: async (queue) => {
      const counts = await transport
        .get({ url, headers: {}, ...LIMITS })
        .then(({ body }) => localCounts.parse(JSON.parse(body)))
        .catch(() => {
          throw new DepthUnreadableError(queue, 'broker.depthsUnreadable');
        });
      const depth = counts[queue];
      if (!depth) throw new DepthUnreadableError(queue, 'broker.queueNotFound');
      return depth;
    },
  };
}
