import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { percentile } from '../../tests/simulation/WorldReport';
import {
  CACHED_TRAFFIC_SETTINGS,
  CACHED_TRAFFIC_THROTTLE,
  CachedTraffic,
  pause,
} from '../CachedTraffic';
import { median } from '../figures';
import type { ProgressBar } from '../progressBar';
import { startApp } from '../startApp';
import type { CallerReport } from './refusedCaller';

/** A minute of refusals in all, in turn with as much time without. */
const ROUNDS = 6;
const ROUND_MS = 10_000;
const REFILL_AT = 2_000;

export interface RefusalsResult {
  readonly refused: number;
  /** Of the refusals, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** Statuses of 500 and more, and requests without an answer. */
  readonly failed: number;
  readonly withoutRetryAfter: number;
  /** Records per second without and with refusals, and of each round what remains, of 1: medians. */
  readonly quiet: number;
  readonly busy: number;
  readonly share: number;
}

/** One caller goes far beyond its limit, while the queue brings as much as the app can take, all of it cached. */
export async function refusals(bar: ProgressBar): Promise<RefusalsResult> {
  const { emulators, url, close } = await startApp({
    settings: { ...CACHED_TRAFFIC_SETTINGS, HTTP_AUTH: 'none' },
    defender: { throttle: CACHED_TRAFFIC_THROTTLE },
  });
  const traffic = new CachedTraffic(emulators);
  await traffic.fillCache();
  const ended = new AbortController();
  const feeding = feed(traffic, ended.signal);
  const target = `${url}/machines/${WELL_KNOWN.machines.server.id}`;

  await rate(traffic); // until the app is warm
  const quiet = [await rate(traffic)];
  const busy: number[] = [];
  const reports: CallerReport[] = [];
  while (busy.length < ROUNDS) {
    const caller = fork(path.join(__dirname, 'refusedCaller.ts'), [target, String(ROUND_MS)]);
    await once(caller, 'message'); // its allowance is used up
    const reported = once(caller, 'message');
    busy.push(await rate(traffic));
    const [report] = (await reported) as [CallerReport]; // what refusedCaller.ts sends
    reports.push(report);
    quiet.push(await rate(traffic));
    bar.show(
      busy.length / ROUNDS,
      `refusals: ${quiet.at(-1)?.toFixed()}/s without, ${busy.at(-1)?.toFixed()}/s with`,
    );
  }
  ended.abort();
  await feeding;
  await traffic.close();
  await close();

  const times = reports.flatMap(({ refusedMs }) => refusedMs);
  const shares = busy.map((each, at) => each / (((quiet[at] ?? NaN) + (quiet[at + 1] ?? NaN)) / 2));
  return {
    refused: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    withoutRetryAfter: reports.reduce((sum, each) => sum + each.withoutRetryAfter, 0),
    quiet: median(quiet),
    busy: median(busy),
    share: median(shares),
  };
}

/** Records per second. */
async function rate(traffic: CachedTraffic): Promise<number> {
  const startedAt = performance.now();
  const records = traffic.active('enriched-machines');
  await pause(ROUND_MS);
  const seconds = (performance.now() - startedAt) / 1_000;
  return (traffic.active('enriched-machines') - records) / seconds;
}

async function feed(traffic: CachedTraffic, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (traffic.active('siem-indicators') < REFILL_AT) await traffic.send(REFILL_AT);
    await pause(100);
  }
}
