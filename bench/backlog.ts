/**
 * Three processes of the app work through a backlog at the published limits, against the local Defender, which counts in
 * strictly sliding windows and counts what it rejects too. Exits with 1 if it rejects a call, or if fewer than 98 % of
 * the calls are made that the calendar plans for these settings. Writes its section of docs/benchmarks.md.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { MINUTE_MS } from '../shared/clock/durations';
import { calendarConfig } from '../shared/quota/calendar/CalendarConfig';
import { issue } from '../shared/quota/calendar/issue';
import { parseConfig } from '../shared/config/parseConfig';
import { bulk, calendarOf, START, times } from '../tests/shared/quota/calendar/fixtures';
import { LocalStack } from '../tests/support/LocalStack';
import { writeSection } from './benchmarksDoc';
import { machineLoad, number } from './figures';
import { ProgressBar } from './progressBar';

const HOSTS = 3;
const LOOKUPS = 1_400;
const LEAST_SHARE = 0.98;
/** The queue gets the whole quota, as early as the limits allow: nothing is more likely to be throttled. */
const SETTINGS = {
  INTERACTIVE_RESERVE_PER_HOUR: '0',
  INTERACTIVE_RESERVE_PER_MINUTE: '0',
  BULK_PER_TEN_MINUTES: '0',
  // One call for each address, so that there is one calendar to look at.
  ENRICH_IP_ALERTS: 'false',
  ENRICH_IP_LAST_KNOWN: 'false',
};
const minutes = Number(process.argv[2] ?? 10);
const durationMs = minutes * MINUTE_MS;

interface Result {
  readonly planned: number;
  readonly made: number;
  readonly throttled: number;
  readonly transactionsPerCall: number;
}

/** How many calls the calendar allows in the time, by the planner alone. */
function plannedCalls(settings: Readonly<Record<string, string>>): number {
  const parsed = parseConfig(settings);
  if (!parsed.ok) throw new Error(`Not the app's settings: ${JSON.stringify(parsed.problems)}`);
  const empty = calendarOf(calendarConfig(parsed.config.quota));
  const requests = times(LOOKUPS, () => bulk());
  const { answers } = issue(empty, requests, { now: START, deniedAfterMs: 0 });
  const slots = answers.flatMap((answer) => ('slotAt' in answer ? [answer.slotAt] : []));
  return slots.filter((slotAt) => slotAt < START + durationMs).length;
}

/** Counts what the Table service of this process is asked about calendars. */
function countTransactions(): () => number {
  let transactions = 0;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }; // as Node documents this channel
    if (/^\/\w+\/quota\b/.test(request.url ?? '')) transactions += 1;
  });
  return () => transactions;
}

async function measure(stack: LocalStack): Promise<Result> {
  const transactions = countTransactions();
  await Promise.all(times(HOSTS, () => stack.addHost()));
  const calls = () =>
    stack.emulators.defender.log().filter(({ endpoint }) => endpoint === 'findByIp');
  const planned = plannedCalls({ ...stack.emulators.settings, ...SETTINGS });
  const observedAt = new Date().toISOString();
  await stack.send(
    times(LOOKUPS, (index) => ({
      messageId: `ip-${index}`,
      body: JSON.stringify({ ip: `10.150.${index >> 8}.${index & 255}`, observedAt }),
    })),
  );
  await stack.until(() => calls().length > 0);
  const startedAt = calls()[0]?.at ?? NaN;
  const bar = new ProgressBar();
  await stack.until(() => {
    const share = (Date.now() - startedAt) / durationMs;
    const rejected = calls().filter(({ status }) => status === 429).length;
    bar.show(share, `${calls().length} of ${planned} calls, ${rejected} × 429`);
    return share >= 1;
  }, durationMs + MINUTE_MS);

  const made = calls().filter(({ at }) => at < startedAt + durationMs);
  bar.print(`${LOOKUPS - stack.published.length} lookups still wait.`);
  return {
    planned,
    made: made.filter(({ status }) => status !== 429).length,
    throttled: made.filter(({ status }) => status === 429).length,
    transactionsPerCall: transactions() / made.length,
  };
}

const section = ({ planned, made, throttled, transactionsPerCall }: Result): string =>
  `\`npm run bench -- backlog\` runs ${HOSTS} processes of the app for ${minutes} minutes on a backlog of ${number(LOOKUPS)} IP addresses, at the
published limits and without a reserve for users, so that the queue takes all it may. The local Defender counts in strictly sliding
windows, and rejected calls too.

| 429s | calls made | calls planned | share | Table transactions per call |
|---:|---:|---:|---:|---:|
| ${throttled} | ${made} | ${planned} | ${number((100 * made) / planned, 1)} % | ${number(transactionsPerCall, 2)} |

Planned: what the planner alone makes of these settings. Transactions: on table \`quota\`, the intake of the whole backlog included.
${machineLoad()}
`;

async function main(): Promise<number> {
  const stack = await LocalStack.start({
    settings: SETTINGS,
    defender: { throttle: { enforcer: 'sliding', countRejected: true } },
  });
  try {
    const result = await measure(stack);
    const text = section(result);
    console.log(`\n${text}`);
    if (minutes === 10) writeSection('A backlog', text);
    const { planned, made, throttled } = result;
    return throttled === 0 && made >= LEAST_SHARE * planned ? 0 : 1;
  } finally {
    await stack.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
