import { setImmediate } from 'node:timers/promises';
import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import type { Clock } from '../../shared/clock/Clock';
import type { FunctionDefinition, ServiceBusTrigger } from './FunctionDefinition';
import type { FunctionInvoker } from './FunctionInvoker';
import type { HostConfig } from './HostConfig';
import { toServiceBusInput } from './toServiceBusInput';

/** The extension could not read the message; the function was not asked. */
class UnbindableError extends Error {}

/** .NET renews this long before the lock ends, or at half time for shorter locks. */
const RENEW_AHEAD_MS = 10_000;
const MIN_RENEW_DELAY_MS = 500;

export interface ServiceBusListenerOptions {
  readonly definition: FunctionDefinition<ServiceBusTrigger>;
  readonly client: ServiceBusClient;
  readonly config: HostConfig['extensions']['serviceBus'];
  readonly invoker: FunctionInvoker;
  readonly clock: Clock;
  /** Called on broker errors; the listener itself keeps running. */
  readonly warn: (message: string) => void;
}

/**
 * Feeds one queue function: peek-lock, `maxConcurrentCalls` at a time, lock renewed while the function runs, completed
 * when it succeeds, abandoned at once when it throws, or succeeds while the host stops.
 */
export class ServiceBusListener {
  private readonly options: ServiceBusListenerOptions;
  private readonly receiver: ServiceBusReceiver;
  private subscription: { close(): Promise<void> } | undefined;
  private readonly stopped = new AbortController();
  private lastTrouble: string | undefined;
  private readonly processing = new Set<Promise<void>>();
  private calls = 0;
  private settling: 'complete' | 'abandon' | null = null;
  private readonly waiting: (() => void)[] = [];

  constructor(options: ServiceBusListenerOptions) {
    this.options = options;
    this.receiver = options.client.createReceiver(options.definition.trigger.queueName, {
      receiveMode: 'peekLock',
      skipParsingBodyAsJson: true,
      maxAutoLockRenewalDurationInMs: 0, // The SDK keys its renewals by messageId, which need not be unique.
    });
  }

  start(): void {
    const { config, definition } = this.options;
    this.subscription = this.receiver.subscribe(
      {
        processMessage: async (message) => {
          const processed = this.process(message);
          this.processing.add(processed);
          await processed.finally(() => this.processing.delete(processed));
        },
        processError: async ({ error, errorSource }) => {
          // A broker that is away is reported once, not at every attempt to get it back.
          if (this.stopped.signal.aborted || this.lastTrouble === error.message) return;
          this.lastTrouble = error.message;
          this.warn(`${errorSource} on queue "${definition.trigger.queueName}"`, error);
        },
      },
      {
        autoCompleteMessages: false,
        maxConcurrentCalls: config.maxConcurrentCalls,
        abortSignal: this.stopped.signal,
      },
    );
  }

  /** Takes no further message; resolves once those that run are settled. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.subscription?.close();
    await Promise.allSettled(this.processing);
  }

  private async process(message: ServiceBusReceivedMessage): Promise<void> {
    this.lastTrouble = undefined;
    const done = new AbortController();
    const renewal = this.keepLocked(message, done.signal);
    await this.enter();
    try {
      await (this.stopped.signal.aborted ? this.settle('abandon', message) : this.run(message));
    } finally {
      this.leave();
      done.abort('done'); // Without a reason it would make an error, with its stack.
      await renewal;
    }
  }

  private async run(message: ServiceBusReceivedMessage): Promise<void> {
    const { config, definition, invoker } = this.options;
    const { autoCompleteMessages, dataType } = definition.trigger;
    try {
      assertBindable(message);
      await invoker.invoke(definition, toServiceBusInput(message, dataType));
    } catch (error) {
      if (error instanceof UnbindableError)
        this.warn(`binding of message ${String(message.messageId)}`, error);
      await this.settle('abandon', message);
      return;
    }
    // As in .NET, where completing begins by throwing once the listener stops (MessageProcessor, ReceiverManager).
    if (this.stopped.signal.aborted) await this.settle('abandon', message);
    else if (autoCompleteMessages ?? config.autoCompleteMessages) {
      await this.settle('complete', message);
    }
  }

  /** A message that cannot be settled comes again once its lock has run out. */
  private async settle(
    how: 'complete' | 'abandon',
    message: ServiceBusReceivedMessage,
  ): Promise<void> {
    try {
      await this.ownTick(how);
      if (how === 'complete') await this.receiver.completeMessage(message);
      else await this.receiver.abandonMessage(message);
    } catch (error) {
      this.warn(`${how} of message ${String(message.messageId)}`, error);
    }
  }

  /** The AMQP library joins neighbouring settlements of one tick, of any kind: each kind gets its own. */
  private async ownTick(how: 'complete' | 'abandon'): Promise<void> {
    while (this.settling !== null && this.settling !== how) await setImmediate();
    if (this.settling === how) return;
    this.settling = how;
    void setImmediate().then(() => (this.settling = null));
  }

  private async keepLocked(message: ServiceBusReceivedMessage, signal: AbortSignal): Promise<void> {
    const { clock, config } = this.options;
    const until = clock.now() + config.maxAutoLockRenewalDuration;
    try {
      for (;;) {
        const left = (message.lockedUntilUtc?.getTime() ?? 0) - clock.now();
        const delay = Math.max(left - Math.min(left / 2, RENEW_AHEAD_MS), MIN_RENEW_DELAY_MS);
        if (left <= 0 || clock.now() + delay > until) return;
        await clock.sleep(delay, signal);
        message.lockedUntilUtc = await this.receiver.renewMessageLock(message);
      }
    } catch (error) {
      if (!signal.aborted) this.warn(`renewLock of message ${String(message.messageId)}`, error);
    }
  }

  /** The SDK grants a fresh set of credits after a reconnect, whatever is still running. */
  private async enter(): Promise<void> {
    if (this.calls < this.options.config.maxConcurrentCalls) this.calls++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.calls--;
  }

  private warn(what: string, error: unknown): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.options.warn(`Service Bus: ${what} failed. ${reason}`);
  }
}

/**
 * The extension reads bodies that are bytes (an AMQP data section) and fails for a value or a sequence, before the
 * function is asked (azure-sdk-for-net issue 20236, MassTransit issue 5321).
 */
function assertBindable({ _rawAmqpMessage: { bodyType } }: ServiceBusReceivedMessage): void {
  if (bodyType === undefined || bodyType === 'data') return;
  throw new UnbindableError('Its body is an AMQP value or sequence, not data.');
}
