import type { Random } from '../../shared/clock/Clock';
import type { VirtualClock } from './VirtualClock';

export interface TableWeather {
  /** Instants between which every request is refused. */
  readonly outage: { readonly from: number; readonly until: number } | null;
  /** Probabilities per request: refused with 503, lost on the way there; per write: done but its answer lost. */
  readonly refused: number;
  readonly requestLost: number;
  readonly answerLost: number;
}

export const FAIR_WEATHER: TableWeather = {
  outage: null,
  refused: 0,
  requestLost: 0,
  answerLost: 0,
};

export interface Row<V> {
  readonly value: V;
  readonly etag: string;
}

export interface TableReply<T> {
  readonly result: T;
  /** Whole seconds, as the Date header is. */
  readonly serverDate: number;
}

/** The request failed: it may have been done. */
export class TableFailure extends Error {}

/** Latency as the design assumes it: 5–30 ms both ways, one in a hundred up to 150 ms. */
const USUAL_MS = { least: 5, most: 30, slow: 150 };
const SLOW = 0.01;
const TIMEOUTS_MS = { read: 3_000, write: 1_000 } as const;
/** The front ends' clocks differ by that much. */
const DATE_NOISE_MS = 20;

/** A few rows with ETags. Every request is a transaction, whatever becomes of it. */
export class SimulatedTable<V> {
  transactions = 0;
  conflicts = 0;
  private readonly rows = new Map<string, Row<V>>();
  private etags = 0;

  constructor(
    private readonly time: VirtualClock,
    private readonly random: Random,
    private readonly weather: TableWeather = FAIR_WEATHER,
  ) {}

  read(key: string): Promise<TableReply<Row<V> | null>> {
    return this.request(TIMEOUTS_MS.read, () => this.rows.get(key) ?? null);
  }

  /** Writes if the row is still as read, or does not exist (`null`). @returns its ETag; null: conflict */
  write(key: string, value: V, etag: string | null): Promise<TableReply<string | null>> {
    return this.request(TIMEOUTS_MS.write, () => {
      if ((this.rows.get(key)?.etag ?? null) !== etag) {
        this.conflicts += 1;
        return null;
      }
      const written = String((this.etags += 1));
      this.rows.set(key, { value, etag: written });
      return written;
    });
  }

  /** A manual change of every row; null deletes it. */
  meddle(change: (value: V) => V | null): void {
    for (const [key, { value }] of this.rows) {
      const changed = change(value);
      if (changed === null) this.rows.delete(key);
      else this.rows.set(key, { value: changed, etag: String((this.etags += 1)) });
    }
  }

  private async request<T>(timeoutMs: number, act: () => T): Promise<TableReply<T>> {
    const { time, random, weather } = this;
    this.transactions += 1;
    const startedAt = time.now();
    const rttMs = this.rtt();
    const fate = random.next() - weather.refused;
    const { requestLost, answerLost } = weather;
    await time.sleep(rttMs / 2);
    if (fate < 0 || this.isOut()) {
      await time.sleep(rttMs / 2);
      throw new TableFailure('503');
    }
    if (fate < requestLost) return this.timeOut(startedAt, timeoutMs);
    const result = act();
    const noisy = time.now() + (2 * random.next() - 1) * DATE_NOISE_MS;
    const serverDate = Math.floor(noisy / 1_000) * 1_000;
    const isWrite = timeoutMs === TIMEOUTS_MS.write;
    if (isWrite && fate < requestLost + answerLost) return this.timeOut(startedAt, timeoutMs);
    await time.sleep(rttMs / 2);
    return { result, serverDate };
  }

  private async timeOut(startedAt: number, timeoutMs: number): Promise<never> {
    await this.time.sleep(startedAt + timeoutMs - this.time.now());
    throw new TableFailure('timeout');
  }

  private isOut(): boolean {
    const { outage } = this.weather;
    return outage !== null && this.time.now() >= outage.from && this.time.now() < outage.until;
  }

  private rtt(): number {
    const most = this.random.next() < SLOW ? USUAL_MS.slow : USUAL_MS.most;
    return USUAL_MS.least + this.random.next() * (most - USUAL_MS.least);
  }
}
