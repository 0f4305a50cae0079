import type { Emulators } from '../../local/start/startEmulators';
import { percentile } from '../../local/simulation/WorldReport';
import { isDefenderCall, ordinaryMachines, pause } from '../CachedTraffic';
import type { ProgressBar } from '../progressBar';
import { startApp } from '../startApp';

const WARM_UP = 10;
const EVERY_MS = 1_000;

export interface IdleResult {
  readonly samples: number;
  /** Of the app, of the same call made directly, and of the difference of each pair; p50 and p99 in ms. */
  readonly app: readonly [number, number];
  readonly bare: readonly [number, number];
  readonly added: readonly [number, number];
}

/** Lookups that take one call each, every second another one, and right after each the same call without the app. */
export async function idleLookups(samples: number, bar: ProgressBar): Promise<IdleResult> {
  const { emulators, url, close } = await startApp({ settings: { HTTP_AUTH: 'none' } });
  const headers = { authorization: `Bearer ${await tokenFor(emulators)}` };
  const pairs: { app: number; bare: number }[] = [];
  for (const [index, path] of paths(emulators, WARM_UP + samples).entries()) {
    const next = pause(EVERY_MS);
    const callsBefore = emulators.defender.log().length;
    const app = await timed(`${url}${path}`);
    const calls = emulators.defender.log().slice(callsBefore);
    const [call, ...others] = calls.filter(isDefenderCall);
    if (!call || others.length > 0) throw new Error(`${path} did not take one call`);
    const bare = await timed(`${emulators.defender.origin}${call.rawUrl}`, headers);
    if (index >= WARM_UP) pairs.push({ app, bare });
    bar.show(pairs.length / samples, `idle: app ${app.toFixed()} ms, call ${bare.toFixed()} ms`);
    await next;
  }
  await close();
  return {
    samples,
    app: p50AndP99(pairs.map(({ app }) => app)),
    bare: p50AndP99(pairs.map(({ bare }) => bare)),
    added: p50AndP99(pairs.map(({ app, bare }) => app - bare)),
  };
}

const p50AndP99 = (times: readonly number[]): [number, number] => [
  percentile(times, 0.5),
  percentile(times, 0.99),
];

/** Each of four endpoints in turn, so that none gets more than its share of the interactive lane. */
function paths(emulators: Emulators, count: number): readonly string[] {
  const now = Date.now();
  const at = new Date(now).toISOString();
  const seen = { fromAt: now - 600_000, toAt: now };
  const { fleet } = emulators.defender;
  // An equal question is answered from the cache.
  const machines = ordinaryMachines(emulators).filter(
    ({ lastIpAddress, computerDnsName }) =>
      fleet.machinesSeen(lastIpAddress ?? '', seen).length > 0 &&
      fleet.machinesNamed(computerDnsName ?? '').length === 1,
  );
  if (machines.length * 4 < count) throw new Error(`Only ${machines.length} machines are seen`);
  return Array.from({ length: count }, (_, index) => {
    const machine = machines[index >> 2];
    const { id = '', lastIpAddress = '', computerDnsName = '' } = machine ?? {};
    const kinds = [
      `/machines/${id}`,
      `/machines/${computerDnsName ?? ''}`,
      `/ips/${lastIpAddress ?? ''}/machines?at=${at}`,
      `/ips/${lastIpAddress ?? ''}/alerts`,
    ];
    return kinds[index % kinds.length] ?? '';
  });
}

async function timed(url: string, headers: Record<string, string> = {}): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(url, { headers });
  await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return performance.now() - startedAt;
}

/** As the app gets its token. */
async function tokenFor({ defender, settings }: Emulators): Promise<string> {
  const resource = 'https://api.securitycenter.microsoft.com';
  const query = new URLSearchParams({ 'api-version': '2019-08-01', resource });
  const response = await fetch(`${defender.identityEndpoint}?${query.toString()}`, {
    headers: { 'x-identity-header': settings['IDENTITY_HEADER'] ?? '' },
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
