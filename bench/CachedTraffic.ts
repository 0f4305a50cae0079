import { randomUUID } from 'node:crypto';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import type { Machine } from '../local/defender/entities/Machine';
import type { LoggedRequest } from '../local/defender/http/RequestLog';
import { WELL_KNOWN } from '../local/defender/wellKnown';
import type { Emulators } from '../local/start/startEmulators';
import { HOUR_MS } from '../shared/clock/durations';
const VALUES = 100;
const BATCH = 200;

/** For the app: answers stay good for the whole measurement, and the first ones come at once. */
export const CACHED_TRAFFIC_SETTINGS = {
  DEFENDER_QUOTA_PER_MINUTE: '10000',
  DEFENDER_QUOTA_PER_HOUR: '100000',
  BULK_PER_TEN_MINUTES: '0',
  ...Object.fromEntries(
    ['FIND_BY_IP', 'IP_ALERTS', 'MACHINE', 'MACHINES', 'NOT_SEEN'].map((name) => [
      `CACHE_TTL_${name}_MS`,
      String(HOUR_MS),
    ]),
  ),
};

/** For the simulator, to go with them. */
export const CACHED_TRAFFIC_THROTTLE = { perMinute: 10_000, perHour: 100_000 };

/** SIEM messages about 100 values: half of them addresses (two answers each), the others device ids and host names. */
export class CachedTraffic {
  private readonly client: ServiceBusClient;
  /** Of messages of one indicator. */
  readonly bodies: readonly Buffer[];
  private sent = 0;

  constructor(private readonly emulators: Emulators) {
    this.client = new ServiceBusClient(emulators.serviceBus.connectionString);
    const observedAt = new Date().toISOString();
    const machines = ordinaryMachines(emulators).slice(0, VALUES);
    this.bodies = machines.map(({ id, computerDnsName, lastIpAddress }, index) => {
      const others = [{ machineId: id }, { host: computerDnsName }];
      const indicator = index % 2 === 0 ? { ip: lastIpAddress } : others[(index >> 1) % 2];
      return Buffer.from(JSON.stringify({ ...indicator, observedAt }));
    });
  }

  /** As many messages, each a request of its own of `size` indicators. */
  async send(count: number, queue = 'siem-indicators', size = 1): Promise<void> {
    const sender = this.client.createSender(queue);
    for (let left = count; left > 0; left -= BATCH) {
      await sender.sendMessages(
        Array.from({ length: Math.min(BATCH, left) }, () => this.next(size)),
      );
    }
    await sender.close();
  }

  /** Has the app ask for every value once. */
  async fillCache(): Promise<void> {
    await this.send(this.bodies.length);
    while (this.active('enriched-machines') < this.bodies.length) await pause();
  }

  active(queue: string): number {
    return this.emulators.serviceBus.counts()[queue]?.active ?? 0;
  }

  defenderCalls(): number {
    return this.emulators.defender.log().filter(isDefenderCall).length;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private next(size: number): ServiceBusMessage {
    const some = Array.from({ length: size }, () => this.bodies[this.sent++ % this.bodies.length]);
    const body = size === 1 ? some[0] : Buffer.from(`[${some.join(',')}]`);
    return { messageId: randomUUID(), body };
  }
}

/** Tokens come from the same server. */
export const isDefenderCall = ({ rawUrl }: LoggedRequest): boolean => rawUrl.startsWith('/api/');

/** Machines that are one answer each: an address that many share brings records too large for a message. */
export function ordinaryMachines({ defender }: Emulators): readonly Machine[] {
  return defender.fleet.machines.filter(
    ({ mergedIntoMachineId, lastIpAddress, computerDnsName }) =>
      mergedIntoMachineId === null &&
      computerDnsName !== null &&
      lastIpAddress !== null &&
      lastIpAddress !== WELL_KNOWN.crowd.ip,
  );
}

export const pause = (ms = 50): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
