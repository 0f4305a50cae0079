import type { ServiceBusClient } from '@azure/service-bus';
import type { Clock } from '../../shared/clock/Clock';
import { createServiceBusClient } from './createServiceBusClient';
import type { FunctionDefinition, ServiceBusTrigger, TimerTrigger } from './FunctionDefinition';
import type { FunctionInvoker } from './FunctionInvoker';
import type { HostConfig } from './HostConfig';
import type { HostSettings } from './HostSettings';
import { ServiceBusListener } from './ServiceBusListener';
import { TimerListener } from './TimerListener';
import type { TimerStatusStore } from './TimerStatus';
import { toHandmadeInput } from './toServiceBusInput';

export interface TriggerListenersOptions {
  readonly config: HostConfig['extensions']['serviceBus'];
  readonly settings: HostSettings;
  readonly invoker: FunctionInvoker;
  readonly clock: Clock;
  /** null: every start of a timer is the first one. */
  readonly timerStatus: TimerStatusStore | null;
  readonly warn: (message: string) => void;
}

/** What wakes functions without being asked over HTTP: queues and timers. Disabled functions only wake by hand. */
export class TriggerListeners {
  private readonly options: TriggerListenersOptions;
  private readonly timers = new Map<string, TimerListener>();
  private readonly queues: ServiceBusListener[] = [];
  /** By connection; functions of one connection share one. */
  private readonly clients = new Map<string, ServiceBusClient>();

  constructor(options: TriggerListenersOptions) {
    this.options = options;
  }

  /** @throws Error when a schedule cannot be read or a connection is not set; `close` what was opened then. */
  async start(functions: readonly FunctionDefinition[]): Promise<void> {
    for (const definition of functions) {
      if (isTimer(definition)) {
        this.timers.set(definition.name, new TimerListener({ ...this.options, definition }));
      } else if (isServiceBus(definition) && !definition.isDisabled) {
        const client = await this.clientOf(definition.trigger.connection);
        this.queues.push(new ServiceBusListener({ ...this.options, definition, client }));
      }
    }
    for (const queue of this.queues) queue.start();
    for (const { name, isDisabled } of functions) {
      if (!isDisabled) this.timers.get(name)?.start();
    }
  }

  /** Runs a timer now; resolves when it is done. @throws RangeError for an unknown timer. */
  async invokeTimer(name: string): Promise<void> {
    const timer = this.timers.get(name);
    if (!timer) throw new RangeError(`Unknown timer function "${name}".`);
    await timer.fire();
  }

  /** Wakes a function by hand and does not wait for it; `input` is the body for a queue function. */
  fire(definition: FunctionDefinition, input: string): void {
    if (isServiceBus(definition)) {
      const handmade = toHandmadeInput(input, definition.trigger.dataType);
      this.options.invoker.invoke(definition, handmade).catch(() => undefined); // Logged by the invoker.
    } else {
      void this.timers.get(definition.name)?.fire();
    }
  }

  /** Wakes nothing any more; resolves once what runs has ended, and its messages are settled. */
  async stop(): Promise<void> {
    const listeners = [...this.timers.values(), ...this.queues];
    await Promise.allSettled(listeners.map((listener) => listener.stop()));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.clients.values()].map((client) => client.close()));
  }

  private async clientOf(connection: string): Promise<ServiceBusClient> {
    const { config, settings } = this.options;
    const known = this.clients.get(connection);
    if (known) return known;
    const client = await createServiceBusClient(connection, settings, config);
    this.clients.set(connection, client);
    return client;
  }
}

function isTimer(one: FunctionDefinition): one is FunctionDefinition<TimerTrigger> {
  return one.trigger.type === 'timertrigger';
}

function isServiceBus(one: FunctionDefinition): one is FunctionDefinition<ServiceBusTrigger> {
  return one.trigger.type === 'servicebustrigger';
}
