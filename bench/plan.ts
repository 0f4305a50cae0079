/**
 * How well `npm run plan` predicts: a hundred random loads, each also answered by the app's own code in one to four
 * processes on virtual time; and how long a plan of 100,000 lookups takes. Exits with 1 if an end lies 2 % or more outside the
 * times between which it was predicted, if fewer than nine in ten are within 2 % of the time itself, or if the plan takes more
 * than 2 s of CPU time, reading the messages aside. Writes its section of docs/benchmarks.md.
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
import {
  missedBy,
  predict,
  randomLoad,
  simulate,
  type Prediction,
} from '../tests/simulation/randomLoad';
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

/** CPU time of its parts: reading the messages, working out their calls, and when each lookup would be answered. */
function planLarge(): Readonly<Record<'readMs' | 'callsMs' | 'forecastMs', number>> {
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
  scenario.lookups('found');
  const plannedAt = cpuMs();
  scenario.forecast();
  const callsMs = plannedAt - readAt;
  return { readMs: readAt - startedAt, callsMs, forecastMs: cpuMs() - plannedAt };
}

interface Compared {
  readonly prediction: Prediction;
  readonly seconds: number;
}

async function compareAll(): Promise<readonly Compared[]> {
  const bar = new ProgressBar();
  const compared: Compared[] = [];
  for (let seed = 1; seed <= loads; seed += 1) {
    bar.show(seed / loads, `load ${seed} of ${loads}`);
    const load = randomLoad(seed);
    const { seconds } = await simulate(load);
    const prediction = predict(load);
    compared.push({ prediction, seconds });
    if (errorOf({ prediction, seconds }) < WITHIN) continue;
    const { earliest, latest } = prediction;
    bar.print(
      `load ${seed}: ${number(seconds)} s, predicted ${number(prediction.seconds)} s, ${number(earliest)} to ${number(latest)} s`,
    );
  }
  return compared;
}

const errorOf = ({ prediction, seconds }: Compared): number =>
  Math.abs(prediction.seconds / seconds - 1);

async function main(): Promise<number> {
  const { readMs, callsMs, forecastMs } = planLarge();
  const compared = await compareAll();
  const errors = compared.map(errorOf);
  const within = errors.filter((error) => error < WITHIN).length;
  const missed = compared.map(({ prediction, seconds }) => missedBy(prediction, seconds));
  const inside = missed.filter((by) => by === 0).length;
  const near = missed.filter((by) => by < WITHIN).length;
  const spans = compared.map(
    ({ prediction: { seconds, earliest, latest } }) => (latest - earliest) / seconds,
  );
  const percent = (values: readonly number[], share: number): string =>
    `${number(percentile(values, share) * 100, 2)} %`;
  const planMs = callsMs + forecastMs;
  const text = `\`npm run bench -- plan\`: ${loads} random loads of all kinds, of two to four times as many lookups as an hour has calls of one API, with
random quotas, reserves, spreading, batches and priorities, on one to four processes of the app's own code on virtual time.
\`npm run plan\` predicted the last answer of ${within} of them to within 2 %; half were within ${percent(errors, 0.5)}, nine in ten
within ${percent(errors, 0.9)}. Of all, ${inside} ended between the earliest and the latest time that it names, and ${near} at most 2 % outside.
Half of these spans are shorter than ${percent(spans, 0.5)} of the time, nine in ten than ${percent(spans, 0.9)}: the others lie at the edge of a
window, where one call more has to wait for the next, up to an hour, or end within a minute or two.

100,000 lookups in 100,000 messages: ${number(planMs)} ms of CPU time for the plan, where ${number(MOST_CPU_MS)} ms are aimed at, of which ${number(callsMs)} ms to work out the calls and
${number(forecastMs)} ms for their times; and before, ${number(readMs)} ms to read the messages. ${machineLoad()}
`;
  console.log(`\n${text}`);
  if (loads === ALL) writeSection('A plan before the night', text);
  return near === loads && within >= 0.9 * loads && planMs <= MOST_CPU_MS ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
