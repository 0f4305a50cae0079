import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { MINUTE_MS } from '../../shared/clock/durations';
/** A .NET TimeSpan in JSON, `[d.]hh:mm:ss[.fff]`, as milliseconds. */
const timeSpanMs = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?$/, 'must be a time span, hh:mm:ss')
  .transform((text) => {
    const [clock = '', days = '0'] = text.split(/^(\d+)\.(?=\d+:)/).reverse();
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
    return Math.round((((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  });

const serviceBusConfig = z
  .object({
    autoCompleteMessages: z.boolean().default(true),
    maxConcurrentCalls: z
      .int()
      .positive()
      .default(() => 16 * availableParallelism()),
    prefetchCount: z.literal(0, 'is not supported by the local host').default(0),
    maxAutoLockRenewalDuration: timeSpanMs.default(300_000),
    transportType: z.literal('amqpTcp', 'is not supported by the local host').default('amqpTcp'),
    clientRetryOptions: z
      .object({
        mode: z.enum(['exponential', 'fixed']).default('exponential'),
        tryTimeout: timeSpanMs.default(MINUTE_MS),
        delay: timeSpanMs.default(800),
        maxDelay: timeSpanMs.default(MINUTE_MS),
        maxRetries: z.int().nonnegative().default(3),
      })
      .prefault({}),
  })
  .prefault({});

const hostConfig = z.object({
  version: z.literal('2.0'),
  /** `-1`: unlimited; if absent, the 30 minutes of every plan but Consumption. */
  functionTimeout: z.union([z.literal('-1').transform(() => null), timeSpanMs]).default(1_800_000),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: serviceBusConfig,
    })
    .prefault({}),
});

/**
 * The part of host.json that the local host honours, with the real host's defaults; durations in milliseconds.
 * Sections it does not know (logging, extensionBundle, other extensions) are left alone.
 */
export type HostConfig = z.output<typeof hostConfig>;

/** @throws Error naming the field of host.json that cannot be used. */
export function readHostConfig(appRoot: string): HostConfig {
  const parsed = hostConfig.safeParse(JSON.parse(readFileSync(join(appRoot, 'host.json'), 'utf8')));
  if (!parsed.success) throw new Error(`host.json: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
