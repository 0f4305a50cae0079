import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { percentile } from '../../local/simulation/WorldReport';
import {
  CACHED_TRAFFIC_SETTINGS,
  CACHED_TRAFFIC_THROTTLE,
  CachedTraffic,
  pause,
} from '../CachedTraffic';
import { median, number } from '../figures';
import type { ProgressBar } from '../progressBar';
import { startApp } from '../startApp';
import type { CallerReport } from './refusedCaller';

/** Of each load; a minute of refusals in all, in turn with as much time without. */
const ROUNDS = 3;
const ROUND_MS = 10_000;
const STEADY_PER_SECOND = 100;
const REFILL_AT = 2_000;

/** Records per second without and with refusals, and of each round what remains, of 1: medians. */
export interface Throughput {
  readonly quiet: number;
  readonly busy: number;
  readonly share: number;
}

export interface RefusalsResult {
  readonly refused: number;
  /** Of the refusals, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** Statuses of 500 and more, and requests without an answer. */
  readonly failed: number;
  readonly withoutRetryAfter: number;
  /** While the queue brings {@link STEADY_PER_SECOND} messages a second. */
  readonly steady: Throughput;
  /** While the queue brings as much as the app can take. */
  readonly capacity: Throughput;
}

/** One caller goes far beyond its limit, while the queue brings messages that are answered from the cache. */
export async function refusals(bar: ProgressBar): Promise<RefusalsResult> {
  const { emulators, url, close } = await startApp({
    settings: { ...CACHED_TRAFFIC_SETTINGS, HTTP_AUTH: 'none' },
    defender: { throttle: CACHED_TRAFFIC_THROTTLE },
  });
  const traffic = new CachedTraffic(emulators);
  await traffic.fillCache();
  const target = `${url}/machines/${WELL_KNOWN.machines.server.id}`;
  const reports: CallerReport[] = [];
  const measure = async (title: string, feed: Feed): Promise<Throughput> => {
    const ended = new AbortController();
    const feeding = feed(traffic, ended.signal);
    await rate(traffic); // until the app is warm
    const quiet = [await rate(traffic)];
    const busy: number[] = [];
    while (busy.length < ROUNDS) {
      const caller = fork(path.join(__dirname, 'refusedCaller.ts'), [target, String(ROUND_MS)]);
      const reported = once(caller, 'message');
      const waiting = traffic.active('siem-indicators');
      busy.push(await rate(traffic, reported));
      const [report] = (await reported) as [CallerReport]; // what refusedCaller.ts sends
      reports.push(report);
      // What was left behind must not count as the app's pace without refusals.
      while (traffic.active('siem-indicators') > waiting + STEADY_PER_SECOND / 4) await pause();
      quiet.push(await rate(traffic));
      const rates = `${number(quiet.at(-1) ?? NaN)}/s without, ${number(busy.at(-1) ?? NaN)}/s with`;
      bar.show(busy.length / ROUNDS, `refusals, ${title}: ${rates}`);
    }
    ended.abort();
    await feeding;
    const shares = busy.map(
      (each, at) => (2 * each) / ((quiet[at] ?? NaN) + (quiet[at + 1] ?? NaN)),
    );
    return { quiet: median(quiet), busy: median(busy), share: median(shares) };
  };
  const steady = await measure('steady', feedSteadily);
  const capacity = await measure('at capacity', feedFully);
  await traffic.close();
  await close();

  const times = reports.flatMap(({ refusedMs }) => refusedMs);
  return {
    refused: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    withoutRetryAfter: reports.reduce((sum, each) => sum + each.withoutRetryAfter, 0),
    steady,
    capacity,
  };
}

/** Records per second until then. */
async function rate(
  traffic: CachedTraffic,
  until: Promise<unknown> = pause(ROUND_MS),
): Promise<number> {
  const startedAt = performance.now();
  const records = traffic.active('enriched-machines');
  await until;
  const seconds = (performance.now() - startedAt) / 1_000;
  return (traffic.active('enriched-machines') - records) / seconds;
}

type Feed = (traffic: CachedTraffic, signal: AbortSignal) => Promise<void>;

const feedSteadily: Feed = async (traffic, signal) => {
  const startedAt = performance.now();
  for (let sent = 0; !signal.aborted; await pause(100)) {
    const due = Math.floor(((performance.now() - startedAt) * STEADY_PER_SECOND) / 1_000);
    await traffic.send(due - sent);
    sent = due;
  }
};

const feedFully: Feed = async (traffic, signal) => {
  for (; !signal.aborted; await pause(100)) {
    if (traffic.active('siem-indicators') < REFILL_AT) await traffic.send(REFILL_AT);
  }
};
