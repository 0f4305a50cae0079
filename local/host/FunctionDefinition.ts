import { z } from 'zod';
import type { FunctionCallback, FunctionMetadata } from './ProgrammingModel';
import type { HostSettings } from './HostSettings';
import { isDisabled, resolveSettingReferences } from './HostSettings';
import type { RegisteredFunction } from './WorkerCore';

const httpTrigger = z.object({
  type: z.literal('httptrigger'),
  route: z.string().optional(),
  methods: z.array(z.string().toUpperCase()),
  authLevel: z.enum(['anonymous', 'function', 'admin']),
});

const timerTrigger = z.object({
  type: z.literal('timertrigger'),
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
});

const serviceBusTrigger = z.object({
  type: z.literal('servicebustrigger'),
  queueName: z.string('a queue trigger is needed; topics are not supported by the local host'),
  connection: z.string().min(1),
  dataType: z.enum(['string', 'binary']).default('string'),
  autoCompleteMessages: z.boolean().optional(),
  cardinality: z.literal('one', 'is not supported by the local host').default('one'),
  isSessionsEnabled: z.literal(false, 'is not supported by the local host').default(false),
});

const trigger = z.discriminatedUnion('type', [httpTrigger, timerTrigger, serviceBusTrigger], {
  error: 'the local host runs httpTrigger, timerTrigger and serviceBusTrigger',
});

export type HttpTrigger = z.output<typeof httpTrigger>;
export type TimerTrigger = z.output<typeof timerTrigger>;
export type ServiceBusTrigger = z.output<typeof serviceBusTrigger>;

/** A registered function as the host runs it. */
export interface FunctionDefinition<T = HttpTrigger | TimerTrigger | ServiceBusTrigger> {
  readonly name: string;
  readonly trigger: T;
  /** Name of the trigger's binding. */
  readonly bindingName: string;
  readonly isDisabled: boolean;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/**
 * Reads what a function registered; `%NAME%` in queue names, schedules and routes is replaced by the setting.
 *
 * @throws Error naming the function and what about it the local host does not run.
 */
export function describeFunction(
  { metadata, callback }: RegisteredFunction,
  settings: HostSettings,
): FunctionDefinition {
  const { name, bindings } = metadata;
  const [triggerBinding, ...others] = Object.entries(bindings).sort(byTriggerFirst);
  if (!triggerBinding) throw new Error(`Function "${name}" has no trigger.`);
  const unsupported = others.find(
    ([bindingName, { type }]) => !(bindingName === '$return' && type === 'http'),
  );
  if (unsupported) {
    throw new Error(`Function "${name}": the local host has no binding "${unsupported[0]}".`);
  }

  const [bindingName, binding] = triggerBinding;
  const resolved = Object.entries(binding).map(([key, value]) => [
    key,
    typeof value === 'string' ? resolveSettingReferences(value, settings) : value,
  ]);
  const parsed = trigger.safeParse({
    ...Object.fromEntries(resolved),
    type: String(binding['type']).toLowerCase(),
  });
  if (!parsed.success) throw new Error(`Function "${name}": ${z.prettifyError(parsed.error)}`);
  return {
    name,
    trigger: parsed.data,
    bindingName,
    isDisabled: isDisabled(name, settings),
    metadata,
    callback,
  };
}

function byTriggerFirst(
  [, a]: readonly [string, Readonly<Record<string, unknown>>],
  [, b]: readonly [string, Readonly<Record<string, unknown>>],
): number {
  return Number(isTrigger(b)) - Number(isTrigger(a));
}

function isTrigger({ type }: Readonly<Record<string, unknown>>): boolean {
  return typeof type === 'string' && /trigger$/i.test(type);
}
