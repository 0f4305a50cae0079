import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { SeededRandom } from '../../local/SeededRandom';
import emulatorConfig from '../../local/servicebus/config.json';
import { withQueueProperties } from '../../local/servicebus/emulatorConfig';
import { awaitedOf } from '../../local/start/awaitedOf';
import { HostProcess } from '../../local/start/HostProcess';
import { OutputWatch } from '../../local/start/OutputWatch';
import { FREE_PORTS, startEmulators, type Emulators } from '../../local/start/startEmulators';
import { recordSchema, type EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { requestRecordSchema, type RequestRecord } from '../../shared/requestRecords/RequestRecord';
import type { Published } from './judgeRequests';
import { runCommand } from './runCommand';

export interface UnderFireOptions {
  readonly requests: number;
  /** Of one request; each has at least one. */
  readonly mostIndicators: number;
  readonly processes: number;
  readonly machines: number;
  /** Of the app, beside those that point at the emulators. */
  readonly settings: Readonly<Record<string, string>>;
  /** Between two kills, on average. */
  readonly killEveryMs: number;
  readonly seed: number;
  readonly onProgress?: (share: number, text: string) => void;
}

export interface UnderFire extends Published {
  readonly kills: number;
  /** Lookups that were denied and then replayed. */
  readonly replayed: number;
  readonly deadLettered: number;
}

const APP_ROOT = resolve(__dirname, '..', '..');
/** Short, so that what a killed process held is soon delivered again. */
const LOCK = 'PT10S';
const SETTINGS = { DEFENDER_QUOTA_PER_HOUR: '100000', BULK_PER_TEN_MINUTES: '0' };
const ROLES = ['Machine.Read.All', 'Alert.Read.All'];
const MISSING_ROLE = 'File.Read.All';
const AT_ONCE = 100;
const LOOK_MS = 250;
const MAX_REPLAYS = 5;

/**
 * Sends requests to processes of the app that are killed at random until all is answered. One right in Defender is missing at
 * first; then it is granted, and what was denied is replayed.
 */
export async function requestsUnderFire(options: UnderFireOptions): Promise<UnderFire> {
  const emulators = await startEmulators({
    ports: FREE_PORTS,
    serviceBus: { config: withQueueProperties(emulatorConfig, () => ({ LockDuration: LOCK })) },
    defender: {
      machines: options.machines,
      throttle: { perMinute: 100_000, perHour: 1_000_000 },
      directory: { roles: ROLES },
    },
  });
  const run = new Run(emulators, options);
  try {
    return await run.result();
  } finally {
    await run.close();
    await emulators.close();
  }
}

class Run {
  private readonly client: ServiceBusClient;
  private readonly watch: OutputWatch;
  private readonly random: SeededRandom;
  private readonly hosts: HostProcess[] = [];
  private readonly records: EnrichmentRecord[] = [];
  private readonly requestRecords: RequestRecord[] = [];
  private readonly newest = new Map<string, RequestRecord>();
  private requests: Published['requests'] = [];
  private kills = 0;
  private isOver = false;
  private firing = Promise.resolve();

  constructor(
    private readonly emulators: Emulators,
    private readonly options: UnderFireOptions,
  ) {
    this.random = new SeededRandom(options.seed);
    this.client = new ServiceBusClient(emulators.serviceBus.connectionString);
    this.watch = new OutputWatch(this.client, {
      onRecord: ({ record }) => this.records.push(recordSchema.parse(record)),
      onRequest: (request) => {
        this.addRequestRecord(requestRecordSchema.parse(request));
      },
      onQuarantined: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
  }

  async result(): Promise<UnderFire> {
    const { processes } = this.options;
    await Promise.all(Array.from({ length: processes }, (_, at) => this.start(at)));
    this.firing = this.fire();
    await this.send();
    await this.untilAnswered('before the right is granted');
    const { defender, serviceBus } = this.emulators;
    // Revoked as well: a role counts with the next token.
    defender.control({ directory: { roles: [...ROLES, MISSING_ROLE] }, revokeTokens: true });
    const replayed = await this.replay();
    await this.untilAnswered('after it');
    this.isOver = true;
    await this.firing;
    const counts = Object.values(serviceBus.counts());
    return {
      requests: this.requests,
      records: await Promise.all(this.records.map((each) => this.whole(each, each.lookupId))),
      requestRecords: await Promise.all(
        this.requestRecords.map((each) => this.wholeOfNewest(each)),
      ),
      kills: this.kills,
      replayed,
      deadLettered: counts.reduce((sum, { deadLettered }) => sum + deadLettered, 0),
    };
  }

  async close(): Promise<void> {
    this.isOver = true;
    // What went wrong, if anything did, is known from `result`.
    await this.firing.catch(() => undefined);
    await Promise.all(this.hosts.map((host) => host.stop()));
    await this.client.close();
  }

  private async start(at: number): Promise<void> {
    const host = HostProcess.spawn({
      appRoot: APP_ROOT,
      port: 0,
      settings: { ...this.emulators.settings, ...SETTINGS, ...this.options.settings },
      onOutput: () => undefined,
    });
    this.hosts[at] = host;
    await host.ready();
  }

  private async replace(at: number): Promise<void> {
    await this.hosts[at]?.kill();
    this.kills += 1;
    await this.start(at);
  }

  /** One process at a time as a rule, sometimes all. */
  private async fire(): Promise<void> {
    const { processes, killEveryMs } = this.options;
    while (!this.isOver) {
      await delay(2 * killEveryMs * this.random.next());
      const all = Array.from({ length: processes }, (_, at) => at);
      const some = this.random.below(8) === 0 ? all : [this.random.pick(all)];
      await Promise.all(some.map((at) => this.replace(at)));
    }
  }

  private async send(): Promise<void> {
    const { requests: count, mostIndicators } = this.options;
    const { tenantId } = this.emulators.defender.directory;
    const messages = Array.from({ length: count }, (_, index) => {
      const size = 1 + this.random.below(mostIndicators);
      const indicators = Array.from({ length: size }, () => this.anIndicator());
      const body = Buffer.from(JSON.stringify({ id: `incident-${index}`, indicators }));
      return { messageId: `message-${index}`, body };
    });
    this.requests = messages.flatMap(
      ({ body, messageId }) => awaitedOf(body, messageId, tenantId, Date.now()).requests,
    );
    const sender = this.client.createSender('siem-indicators');
    for (let from = 0; from < count; from += AT_ONCE)
      await sender.sendMessages(messages.slice(from, from + AT_ONCE));
    await sender.close();
  }

  /** Of any kind, known and unknown ones, some that several requests name, some that cannot be asked for. */
  private anIndicator(): object {
    const { random } = this;
    const { machines } = this.emulators.defender.fleet;
    const { id, computerDnsName, lastIpAddress } = random.pick(machines);
    const hex = (length: number) =>
      random
        .below(2 ** 31)
        .toString(16)
        .padStart(length, 'ab');
    const number = random.below(10_000);
    return random.pick([
      () => ({ machineId: id }),
      () => ({ machineId: hex(40) }),
      () => ({ host: computerDnsName ?? 'nothing.contoso.com' }),
      () => ({ ip: lastIpAddress ?? '10.250.0.1', observedAt: new Date().toISOString() }),
      () => ({ ip: `198.51.100.${number % 256}` }),
      () => ({ ip: '127.0.0.1' }),
      () => ({ hash: random.pick(Object.values(WELL_KNOWN.files)).sha1 }),
      () => ({ hash: random.pick(Object.values(WELL_KNOWN.files)).sha256 }),
      () => ({ hash: hex(64) }),
      () => ({ alertId: `da637000000000000000_${number}` }),
      () => ({ value: `what is ${number}?` }),
    ])();
  }

  private addRequestRecord(record: RequestRecord): void {
    this.requestRecords.push(record);
    const { id } = record.request;
    const known = this.newest.get(id);
    if (!known || known.generation < record.generation) this.newest.set(id, record);
  }

  /** Until every request is over and nothing waits. */
  private async untilAnswered(when: string): Promise<void> {
    for (;;) {
      const isIdle = this.isIdle();
      await this.watch.look();
      const over = [...this.newest.values()].filter(
        ({ status, final }) => status === 'completed' && final,
      );
      const { requests } = this.options;
      const text = `${over.length} of ${requests} requests answered, ${this.kills} kills, ${when}`;
      this.options.onProgress?.(over.length / requests, text);
      if (isIdle && over.length >= requests) return;
      await delay(LOOK_MS);
    }
  }

  private isIdle(): boolean {
    const queues = this.emulators.serviceBus.counts();
    return ['siem-indicators', 'lookups'].every((name) => {
      const { active = 0, scheduled = 0, locked = 0 } = queues[name] ?? {};
      return active + scheduled + locked === 0;
    });
  }

  /** What came back because its process was killed ten times is replayed again. */
  private async replay(): Promise<number> {
    const { settings } = this.emulators;
    let replayed = 0;
    for (let left = MAX_REPLAYS; left > 0; left -= 1) {
      const args = ['--all', '--rate', '200', '--json'];
      const { output, errors } = await runCommand('replay/main.js', args, { settings });
      if (output === '') throw new Error(`npm run replay: ${errors}`);
      const report = JSON.parse(output) as { replayed: number };
      replayed += report.replayed;
      if (this.emulators.serviceBus.counts()['quarantine']?.active === 0) break;
    }
    return replayed;
  }

  private async wholeOfNewest(record: RequestRecord): Promise<RequestRecord> {
    const { id } = record.request;
    return this.newest.get(id) === record ? this.whole(record, id) : record;
  }

  /** What was too large for its message. */
  private async whole<T extends { readonly truncated: object | null }>(
    record: T,
    id: string,
  ): Promise<T> {
    const [host] = this.hosts;
    if (!record.truncated || !host) return record;
    const answer = await fetch(`http://127.0.0.1:${await host.ready()}/api/results/${id}`);
    if (!answer.ok) throw new Error(`GET /api/results/${id}: ${answer.status}`);
    return (await answer.json()) as T;
  }
}
