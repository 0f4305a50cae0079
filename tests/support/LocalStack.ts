import { EventEmitter, once } from 'node:events';
import { resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import type { LogEntry } from '../../shared/telemetry/createLogger';
import type { LogFields } from '../../shared/telemetry/Logger';
import { HostProcess } from '../../local/start/HostProcess';
import {
  readOutput,
  type Published,
  type PublishedRequest,
  type Quarantined,
} from '../../local/start/readOutput';
import {
  FREE_PORTS,
  startEmulators,
  type EmulatorOptions,
  type Emulators,
} from '../../local/start/startEmulators';

export interface LocalStackOptions extends Omit<EmulatorOptions, 'ports'> {
  /** App settings beside those that point at the emulators. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface OutgoingMessage {
  readonly messageId: string;
  readonly body: string | Buffer;
  readonly applicationProperties?: Readonly<Record<string, string>>;
}

/** An event of the app, as the host has it in its log. */
export interface LoggedEvent {
  /** The function whose invocation it belongs to. */
  readonly by: string;
  readonly event: string;
  readonly fields: LogFields;
}

const LOGGED = /^\S+ \w+ \[(?<by>\w+) \S+\] (?<entry>\{"event".*\})\n$/;

const APP_ROOT = resolve(__dirname, '..', '..');
/** What looks at an unfinished request ten minutes later would keep the queues from being idle. */
const NO_LATER_LOOK = { REQUEST_PARTIAL_AFTER_MS: '0' };
const MAX_OUTPUT_CHARACTERS = 20_000;

/** The compiled app as `npm start` runs it: real hosts in processes of their own, real protocols, free ports. */
export class LocalStack {
  /** Everything published so far, in the order in which it came. */
  readonly published: (Published & { readonly at: number })[] = [];
  /** Records of whole requests. */
  readonly requests: PublishedRequest[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly logged: LoggedEvent[] = [];
  readonly hosts: HostProcess[] = [];
  private output = '';
  private readonly news = new EventEmitter();
  /** Queue counts change without anything coming out. */
  private readonly heartbeat = setInterval(() => this.news.emit('news'), 100);
  private readonly client: ServiceBusClient;

  private constructor(
    readonly emulators: Emulators,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    this.client = new ServiceBusClient(emulators.serviceBus.connectionString);
    readOutput(this.client, {
      onRecord: (published) => {
        this.published.push({ ...published, at: Date.now() });
        this.news.emit('news');
      },
      onRequest: (request) => {
        this.requests.push(request);
        this.news.emit('news');
      },
      onQuarantined: (quarantined) => {
        this.quarantined.push(quarantined);
        this.news.emit('news');
      },
      onError: (error) => {
        this.note(`Cannot read the output: ${error.message}\n`);
      },
    });
  }

  /** Emulators only; {@link addHost} adds the app. */
  static async start({ settings = {}, ...options }: LocalStackOptions = {}): Promise<LocalStack> {
    return new LocalStack(await startEmulators({ ...options, ports: FREE_PORTS }), settings);
  }

  /** Resolves when its triggers run. `settings` go over the stack's; `packageOf` as for a host process. */
  async addHost(
    settings: Readonly<Record<string, string>> = {},
    packageOf?: string,
  ): Promise<HostProcess> {
    const host = HostProcess.spawn({
      appRoot: APP_ROOT,
      packageOf,
      port: 0,
      settings: { ...this.emulators.settings, ...NO_LATER_LOOK, ...this.settings, ...settings },
      onOutput: (text) => {
        this.note(text);
      },
    });
    this.hosts.push(host);
    await host.ready();
    return host;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const sender = this.client.createSender('siem-indicators');
    for (const { messageId, body, applicationProperties = {} } of messages) {
      const properties = { applicationProperties: { ...applicationProperties } };
      await sender.sendMessages({ messageId, body: Buffer.from(body), ...properties });
    }
    await sender.close();
  }

  /**
   * Resolves as soon as what came out, or the queues' state, makes `condition` true.
   * @throws Error with the end of what the hosts printed, if that takes longer than `withinMs`
   */
  async until(condition: () => boolean, withinMs = 60_000): Promise<void> {
    const signal = AbortSignal.timeout(withinMs);
    while (!condition()) {
      await once(this.news, 'news', { signal }).catch((cause: unknown) => {
        const state = `${this.published.length} published, ${this.quarantined.length} quarantined`;
        throw new Error(`Not within ${withinMs} ms: ${state}\n${this.output}`, { cause });
      });
    }
  }

  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    await Promise.all(this.hosts.map((host) => host.stop()));
    await this.client.close();
    await this.emulators.close();
  }

  /** Whether nothing is left to do, now or later, on these queues; default: those that lookups go through. */
  isIdle(names: readonly string[] = ['siem-indicators', 'lookups']): boolean {
    const queues = this.emulators.serviceBus.counts();
    return names.every((name) => {
      const { active = 0, scheduled = 0, locked = 0 } = queues[name] ?? {};
      return active + scheduled + locked === 0;
    });
  }

  deadLettered(): number {
    const queues = Object.values(this.emulators.serviceBus.counts());
    return queues.reduce((sum, { deadLettered }) => sum + deadLettered, 0);
  }

  private note(text: string): void {
    this.output = (this.output + text).slice(-MAX_OUTPUT_CHARACTERS);
    const { by, entry } = LOGGED.exec(text)?.groups ?? {};
    if (by === undefined || entry === undefined) return;
    const { event, ...fields } = JSON.parse(entry) as LogEntry; // as the app writes it
    this.logged.push({ by, event, fields });
    this.news.emit('news');
  }
}
