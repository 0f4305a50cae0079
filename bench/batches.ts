/**
 * Messages with one indicator each, a third full names, device ids and alert ids, all different, at the published limits:
 * how many calls they take, and how long. Simulated with 1, 4 and 16 processes; then in real ones, and a request for 100
 * names over HTTP on an idle app. Exits with 1 if a call is rejected, a lookup is not answered, or the request takes more
 * than five calls or three seconds. Writes its section of docs/benchmarks.md.
 *
 * `npm run bench -- batches [lookups] [real processes]`; with no real processes the simulated ones only.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Machine } from '../local/defender/entities/Machine';
import { describeAlert } from '../local/defender/fleet/generateAlert';
import type { Emulators } from '../local/start/startEmulators';
import { LocalStack } from '../tests/support/LocalStack';
import type { BurstReport } from '../tests/simulation/batchedBurst';
import type { BatchWorld } from './batchWorld';
import { writeSection } from './benchmarksDoc';
import { isDefenderCall } from './CachedTraffic';
import { machineLoad, number } from './figures';
import { inProcesses } from './inProcesses';
import { ProgressBar } from './progressBar';
import { startApp } from './startApp';

const ALL = 10_000;
const lookups = Number(process.argv[2] ?? ALL);
const hosts = Number(process.argv[3] ?? 4);
const STREAMED = 400;
const WORLDS: readonly BatchWorld[] = [
  { name: 'usual', instances: 1, lookups },
  { name: 'usual', instances: 4, lookups },
  { name: 'usual', instances: 16, lookups },
  { name: 'bare names', instances: 4, lookups },
  { name: 'default `BULK_PER_TEN_MINUTES`', instances: 4, lookups },
  { name: 'an unknown limit of 900 characters', instances: 4, lookups },
  { name: 'no `in`', instances: 4, lookups },
  { name: 'no batches', instances: 4, lookups },
  { name: 'stream', instances: 2, lookups: STREAMED },
];
const SETTINGS = { BULK_PER_TEN_MINUTES: '0', RECHECK_AFTER_MS: '0' };
const MOST_MINUTES = 15;

interface Row {
  readonly world: string;
  readonly processes: string;
  readonly calls: number;
  readonly seconds: number;
  readonly throttled: number;
  /** Calls that were answered with 400 or 414. */
  readonly refused: number;
  readonly transactions: number;
}

interface Request {
  readonly calls: number;
  readonly status: number;
  readonly ms: number;
}

/** Machines in service, each the only one with its full name. */
function ordinaryMachines({ defender }: Emulators, count: number): readonly Machine[] {
  const { fleet } = defender;
  const machines = fleet.machines.filter(
    ({ computerDnsName, healthStatus, onboardingStatus, mergedIntoMachineId }) =>
      computerDnsName?.includes('.') === true &&
      fleet.machinesNamed(computerDnsName).length === 1 &&
      healthStatus === 'Active' &&
      onboardingStatus === 'Onboarded' &&
      mergedIntoMachineId === null,
  );
  if (machines.length < count) throw new Error(`Only ${machines.length} machines will do`);
  return machines.slice(0, count);
}

/** Thirds: a name, a device id, an alert. */
function indicatorsOf(emulators: Emulators): readonly object[] {
  return ordinaryMachines(emulators, lookups).map((machine, index) => {
    if (index % 3 === 0) return { host: machine.computerDnsName };
    if (index % 3 === 1) return { machineId: machine.id };
    const alertId = `da${String(index).padStart(18, '6')}_${index}`;
    emulators.defender.fleet.addAlert(
      describeAlert({ id: alertId, machine, at: Date.now(), aadTenantId: '' }),
    );
    return { alertId };
  });
}

/** Counts what the Table service of this process is asked about calendars and batches. */
function countTransactions(): () => number {
  let transactions = 0;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }; // as Node documents this channel
    if (/^\/\w+\/(?:quota|batches)\b/.test(request.url ?? '')) transactions += 1;
  });
  return () => transactions;
}

async function realProcesses(bar: ProgressBar): Promise<Row> {
  const stack = await LocalStack.start({
    settings: SETTINGS,
    defender: {
      machines: 500 + 2 * lookups,
      throttle: { enforcer: 'sliding', countRejected: true },
    },
  });
  try {
    const transactions = countTransactions();
    await Promise.all(Array.from({ length: hosts }, () => stack.addHost()));
    const indicators = indicatorsOf(stack.emulators);
    const startedAt = Date.now();
    await stack.send(
      indicators.map((indicator, index) => ({
        messageId: `batched-${index}`,
        body: JSON.stringify(indicator),
      })),
    );
    const calls = () => stack.emulators.defender.log().filter(isDefenderCall);
    await stack.until(() => {
      const share = stack.published.length / lookups;
      bar.show(share, `${stack.published.length} answered, ${calls().length} calls`);
      return share >= 1;
    }, MOST_MINUTES * 60_000);
    return {
      world: 'usual',
      processes: `${hosts} (real)`,
      calls: calls().length,
      seconds: (Date.now() - startedAt) / 1_000,
      throttled: calls().filter(({ status }) => status === 429).length,
      refused: 0,
      transactions: transactions() / lookups,
    };
  } finally {
    await stack.close();
  }
}

async function hundredNames(): Promise<Request> {
  const { emulators, url, close } = await startApp({
    settings: { HTTP_AUTH: 'none' },
    defender: { machines: 500 },
  });
  try {
    const machines = ordinaryMachines(emulators, 101);
    const [warmUp, ...names] = machines.map(({ computerDnsName: host }) => ({ host }));
    await fetch(`${url}/machines/${warmUp?.host}`);
    const before = emulators.defender.log().length;
    const startedAt = Date.now();
    const response = await fetch(`${url}/enrich`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ indicators: names }),
    });
    await response.text();
    const calls = emulators.defender.log().slice(before).filter(isDefenderCall).length;
    return { calls, status: response.status, ms: Date.now() - startedAt };
  } finally {
    await close();
  }
}

function rowOf({ name, instances, lookups: asked }: BatchWorld, report: BurstReport): Row {
  if (report.answered < asked) throw new Error(`${name}: not every lookup was answered`);
  const { totalCalls: calls, seconds, throttled, refused } = report;
  const transactions = (report.calendarTransactions + report.batchTransactions) / asked;
  const world = asked === lookups ? name : `${number(asked)} in a minute, at 20 and 300`;
  return { world, processes: `${instances}`, calls, seconds, throttled, refused, transactions };
}

const lineOf = ({
  world,
  processes,
  calls,
  seconds,
  refused,
  throttled,
  transactions,
}: Row): string =>
  `| ${world} | ${processes} | ${number(calls)} | ${refused} | ${number(seconds)} s | ${throttled} | ${number(transactions, 2)} |`;

const section = (rows: readonly Row[], request: Request): string =>
  `\`npm run bench -- batches\`: ${number(lookups)} messages with one indicator each, a third full names, device ids and alert
ids, all different, at 100 calls a minute and 1,500 an hour with \`BULK_PER_TEN_MINUTES=0\`, simulated where it does not say
otherwise.

|  | processes | calls | refused | all answered within | 429s | Table transactions per lookup |
|:--|:--|---:|---:|---:|---:|---:|
${rows.map(lineOf).join('\n')}

Transactions: on tables \`quota\` and \`batches\`. \`POST /api/enrich\` with 100 names on an idle app:
${request.calls} calls, ${number(request.ms)} ms. ${machineLoad()}
`;

async function simulate(bar: ProgressBar): Promise<readonly Row[]> {
  const show = (done: number): void => {
    bar.show(done / WORLDS.length, `${done} of ${WORLDS.length} worlds`);
  };
  const reports = await inProcesses<BurstReport>(require.resolve('./batchWorld.ts'), WORLDS, show);
  return reports.flatMap((report, index) => {
    const world = WORLDS[index];
    return world ? [rowOf(world, report)] : [];
  });
}

async function main(): Promise<number> {
  const bar = new ProgressBar();
  const worlds = await simulate(bar);
  const rows = hosts > 0 ? [...worlds, await realProcesses(bar)] : worlds;
  const request = await hundredNames();
  const text = section(rows, request);
  bar.print(`\n${text}`);
  if (lookups === ALL) writeSection('Many questions in one call', text);
  const isGood = request.status === 200 && request.calls <= 5 && request.ms <= 3_000;
  return isGood && rows.every(({ throttled }) => throttled === 0) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
