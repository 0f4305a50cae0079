/**
 * Requests while processes of the app are killed at random. Exits with 1 if one of them has not exactly one record for each
 * generation, or if the newest is not final or does not agree with the records of its lookups. Writes its section of
 * docs/benchmarks.md.
 */
import { judgeRequests } from '../tests/support/judgeRequests';
import { requestsUnderFire, type UnderFire } from '../tests/support/RequestsUnderFire';
import { writeSection } from './benchmarksDoc';
import { machineLoad, number } from './figures';
import { ProgressBar } from './progressBar';

const REQUESTS = 1_000;
const MOST_INDICATORS = 40;
const PROCESSES = 3;
const requests = Number(process.argv[2] ?? REQUESTS);
const seed = Number(process.argv[3] ?? Date.now() % 100_000);

const section = (result: UnderFire, wrong: number, minutes: number): string => {
  const { records, requestRecords, kills, replayed, deadLettered } = result;
  const running = requestRecords.filter(({ status }) => status === 'running').length;
  const truncated = requestRecords.filter(({ truncated }) => truncated).length;
  return `\`npm run bench -- requests\` sends ${number(requests)} requests of 1 to ${MOST_INDICATORS} indicators to ${PROCESSES} processes of the app, any of which
is killed (SIGKILL) every few seconds and started again, sometimes all at once. The right to ask for files is missing at first; when
all is answered it is granted, and \`npm run replay\` has the denied lookups asked again, while the killing goes on. Then each
request must have exactly one record for each generation, without a gap; the newest must be final; and its lookups, outcomes,
machines, alerts and \`actOn\` are compared with the records of the lookups, as they were published.

| requests | lookups | kills | replayed | records of requests | of them \`running\` | shortened | dead-lettered | wrong |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| ${number(requests)} | ${number(new Set(records.map(({ lookupId }) => lookupId)).size)} | ${kills} | ${number(replayed)} | ${number(requestRecords.length)} | ${number(running)} | ${number(truncated)} | ${deadLettered} | ${wrong} |

Seed ${seed}; it took ${number(minutes)} min. ${machineLoad()}
`;
};

async function main(): Promise<number> {
  const bar = new ProgressBar();
  const startedAt = performance.now();
  const result = await requestsUnderFire({
    requests,
    mostIndicators: MOST_INDICATORS,
    processes: PROCESSES,
    machines: 1_000,
    settings: {
      DEFENDER_QUOTA_PER_MINUTE: '1000',
      DENIED_AFTER_MS: '5000',
      RECHECK_AFTER_MS: '10000',
      REQUEST_PARTIAL_AFTER_MS: '15000',
    },
    killEveryMs: 10_000,
    seed,
    onProgress: (share, text) => {
      bar.show(share, text);
    },
  });
  const problems = judgeRequests(result);
  for (const problem of problems) bar.print(problem);
  const text = section(result, problems.length, (performance.now() - startedAt) / 60_000);
  console.log(`\n${text}`);
  if (requests === REQUESTS) writeSection('Requests under fire', text);
  return problems.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
