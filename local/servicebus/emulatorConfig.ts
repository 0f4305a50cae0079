import { z } from 'zod';
import { isoDuration } from '../../shared/clock/isoDuration';
import type { QueueSettings } from './queueModel';

const unforwarded = z
  .string()
  .default('')
  .refine((target) => target === '', 'auto-forwarding is not implemented');

const queueProperties = z.object({
  LockDuration: isoDuration.prefault('PT1M'),
  MaxDeliveryCount: z.int().min(1).default(10),
  DefaultMessageTimeToLive: isoDuration.prefault('P14D'),
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  RequiresDuplicateDetection: z.boolean().default(false),
  DuplicateDetectionHistoryTimeWindow: isoDuration.prefault('PT10M'),
  RequiresSession: z
    .boolean()
    .default(false)
    .refine((sessions) => !sessions, 'sessions are not implemented'),
  ForwardTo: unforwarded,
  ForwardDeadLetteredMessagesTo: unforwarded,
});

const queue = z.object({ Name: z.string().min(1).max(260), Properties: queueProperties });

const namespace = z.object({
  Name: z.string(),
  Queues: z.array(queue).default([]),
  Topics: z.array(z.unknown()).max(0, 'topics are not implemented').default([]),
});

const emulatorConfig = z.object({
  UserConfig: z.object({
    Namespaces: z.array(namespace).length(1, 'exactly one namespace is needed'),
  }),
});

/** The shape of the `config.json` of Microsoft's Service Bus emulator, as far as queues go. */
export type EmulatorConfig = z.input<typeof emulatorConfig>;
export type QueueProperties = z.input<typeof queueProperties>;

/** @throws Error saying in words what is malformed or not implemented (sessions, topics, forwarding) */
export function assertEmulatorConfig(value: unknown): asserts value is EmulatorConfig {
  const { success, error } = emulatorConfig.safeParse(value);
  if (!success) throw new Error(z.prettifyError(error));
}

/**
 * Reads the queues of a configuration.
 * @throws z.ZodError for malformed configuration and for what is not implemented (sessions, topics, forwarding)
 */
export function parseQueueSettings(
  config: EmulatorConfig,
  maxMessageBytes: number,
): readonly QueueSettings[] {
  const { Namespaces } = emulatorConfig.parse(config).UserConfig;
  return Namespaces.flatMap(({ Queues }) =>
    Queues.map(({ Name, Properties }) => ({
      name: Name,
      lockDurationMs: Properties.LockDuration,
      maxDeliveryCount: Properties.MaxDeliveryCount,
      defaultTimeToLiveMs: Properties.DefaultMessageTimeToLive,
      deadLetterOnExpiration: Properties.DeadLetteringOnMessageExpiration,
      duplicateWindowMs: Properties.RequiresDuplicateDetection
        ? Properties.DuplicateDetectionHistoryTimeWindow
        : undefined,
      maxMessageBytes,
    })),
  );
}

/** A copy of `config` with properties of its queues replaced, for instance to shorten locks in a test. */
export function withQueueProperties(
  config: EmulatorConfig,
  changesFor: (queueName: string) => QueueProperties,
): EmulatorConfig {
  const Namespaces = config.UserConfig.Namespaces.map((space) => ({
    ...space,
    Queues: (space.Queues ?? []).map(({ Name, Properties }) => ({
      Name,
      Properties: { ...Properties, ...changesFor(Name) },
    })),
  }));
  return { UserConfig: { ...config.UserConfig, Namespaces } };
}
