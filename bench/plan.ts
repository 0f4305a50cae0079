/**
 * How well `npm run plan` predicts: a hundred random loads, each also answered by the app's own code in one to four
 * processes on virtual time; and how long a plan of 100,000 lookups takes. Exits with 1 if fewer than nine in ten
 * predictions are within 2 %, or if the plan takes more than 2 s of CPU time. Writes its section of docs/benchmarks.md.
 *
 * `npm run bench -- plan [loads]`
 */
import { fileLoad } from '../cli/plan/load/fileLoad';
import { Scenario } from '../cli/plan/Scenario';
import { DEFAULTS } from '../local/simulation/calendarConfigs';
import { percentile } from '../local/simulation/WorldReport';
import { DAY_MS } from '../shared/clock/durations';
import { ENDPOINT_IDS } from '../shared/defender/endpointIds';
import { newCalendar } from '../shared/quota/calendar/CalendarState';
import { endpointRow } from '../shared/quota/calendarRows';
import { CACHE_TTL_MS } from '../tests/shared/lookups/aLookup';
import { predict, randomLoad, simulate } from '../tests/simulation/randomLoad';
import { writeSection } from './benchmarksDoc';
import { machineLoad, number } from './figures';
import { ProgressBar } from './progressBar';

const ALL = 100;
const loads = Number(process.argv[2] ?? ALL);
const LARGE = 100_000;
const WITHIN = 0.02;
const MOST_CPU_MS = 2_000;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** CPU time of its parts: reading the messages, and working out when each of their lookups would be answered. */
function planLarge(): { readonly readMs: number; readonly planMs: number } {
  const now = Date.now();
  const messages = Array.from({ length: LARGE }, (_, index) => {
    const id = `1${index.toString(16).padStart(39, '0')}`;
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    const kinds = [{ ip: address }, { host: `ws-${index}.contoso.com` }, { machineId: id }];
    return JSON.stringify(kinds[index % kinds.length]);
  });
  const bytes = Buffer.from(messages.join('\n'));
  const startedAt = cpuMs();
  const settings = { tenantId: null, internalIpRanges: [], maxAgeMs: DAY_MS };
  const { waiting } = fileLoad(bytes, settings, now);
  const readAt = cpuMs();
  const calendars = ENDPOINT_IDS.map(
    (endpoint) =>
      [endpointRow(endpoint), newCalendar(endpoint, DEFAULTS, { now, configuredAt: now })] as const,
  );
  const scenario = new Scenario(waiting, {
    calendars: new Map(calendars),
    scope: 'endpoint',
    batchMaxQuestions: 30,
    deniedAfterMs: DAY_MS,
    settings: { internalIpRanges: [], ipAlerts: true, ipLastKnown: true },
    cacheTtlMs: CACHE_TTL_MS,
    now,
  });
  scenario.forecast();
  return { readMs: readAt - startedAt, planMs: cpuMs() - readAt };
}

async function main(): Promise<number> {
  const large = planLarge();
  const bar = new ProgressBar();
  const errors: number[] = [];
  for (let seed = 1; seed <= loads; seed += 1) {
    bar.show(seed / loads, `load ${seed} of ${loads}`);
    const load = randomLoad(seed);
    const { seconds } = await simulate(load);
    const error = Math.abs(predict(load).seconds / seconds - 1);
    if (error >= WITHIN) bar.print(`load ${seed}: ${number(error * 100, 1)} % off`);
    errors.push(error);
  }
  const within = errors.filter((error) => error < WITHIN).length;
  const percent = (share: number) => `${number(percentile(errors, share) * 100, 2)} %`;
  const text = `\`npm run bench -- plan\`: ${loads} random loads of all kinds, each larger than the quota of an hour, with random
quotas, reserves, spreading, batches and priorities, on one to four processes of the app's own code on virtual time.
\`npm run plan\` predicted the last answer of ${within} of them to within 2 %; half were within ${percent(0.5)}, nine in ten within
${percent(0.9)}. What is further off misses a window by one call: the call after it has to wait for the next.

100,000 lookups in 100,000 messages: ${number(large.planMs)} ms of CPU time for the plan, and ${number(large.readMs)} ms to read the messages.
${machineLoad()}
`;
  bar.print(`\n${text}`);
  if (loads === ALL) writeSection('A plan before the night', text);
  return within >= 0.9 * loads && large.planMs <= MOST_CPU_MS ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
