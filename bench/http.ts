/**
 * Lookups over HTTP through one process of the app: alone, during a backlog, and while a caller is refused. Exits with 1
 * when a figure is missed. Writes its section of docs/benchmarks.md.
 */
import { writeSection } from './benchmarksDoc';
import { machineLoad, number } from './figures';
import { idleLookups, type IdleResult } from './http/idleLookups';
import { lookupsDuringBacklog, type BacklogResult } from './http/lookupsDuringBacklog';
import { refusals, type RefusalsResult, type Throughput } from './http/refusals';
import { ProgressBar } from './progressBar';

const IDLE_SAMPLES = 300;
const DEFAULT_MINUTES = 15;

interface Part {
  readonly text: string;
  readonly isMet: boolean;
}

function idlePart({ samples, app, bare, added }: IdleResult): Part {
  const row = (title: string, [p50, p99]: readonly [number, number], figure: string) =>
    `| ${title} | ${number(p50)} ms | ${number(p99)} ms | ${figure} |`;
  const text = `**Idle.** ${samples} lookups of one Defender call each, one a second, each followed by the same call without the app; the limits are
the published ones.

| | p50 | p99 | figure |
|---|---:|---:|---:|
${row('through the app', app, '')}
${row('the call itself', bare, '')}
${row('difference of each pair', added, '≤ 60, ≤ 200 ms')}
`;
  return { text, isMet: added[0] <= 60 && added[1] <= 200 };
}

function backlogPart(minutes: number, result: BacklogResult): Part {
  const { samples, waiting, inTime, p50, slowest } = result;
  const text = `**During a backlog.** 10,000 queue messages wait for the endpoint that the lookups ask; two lookups a minute, for ${minutes} minutes, at
random moments. ${number(waiting)} messages were still waiting at the end.

| lookups | answered within 10 s | p50 | slowest | figure |
|---:|---:|---:|---:|---:|
| ${samples} | ${number(100 * inTime, 1)} % | ${number(p50)} ms | ${number(slowest)} ms | ≥ 99 %, p50 ≤ 500 ms |
`;
  return { text, isMet: inTime >= 0.99 && p50 <= 500 };
}

function refusalsPart(result: RefusalsResult): Part {
  const { refused, p50, p99, failed, withoutRetryAfter, steady, capacity } = result;
  const row = (title: string, { quiet, busy, share }: Throughput, figure: string) =>
    `| ${title} | ${number(quiet)} | ${number(busy)} | ${number(100 * share)} % | ${figure} |`;
  const text = `**A caller that is refused.** One caller asks 210 times a second, ten of which it may: for a minute in all, in turn with as much
time without. Meanwhile the queue brings messages that are answered from the cache.

| refusals | p50 | p99 | 5xx or no answer | without \`Retry-After\` | figure |
|---:|---:|---:|---:|---:|---:|
| ${number(refused)} | ${number(p50)} ms | ${number(p99)} ms | ${failed} | ${withoutRetryAfter} | p99 ≤ 2 s, 0, 0 |

| the queue brings | records/s without refusals | with | share | figure |
|---|---:|---:|---:|---:|
${row('100 messages/s', steady, '≥ 90 %')}
${row('as much as the app takes', capacity, '')}

At capacity the refusals, the emulators and the caller itself take their part of the same two cores.
`;
  const isHonest = failed === 0 && withoutRetryAfter === 0 && refused >= 11_000;
  return { text, isMet: isHonest && p99 <= 2_000 && steady.share >= 0.9 };
}

async function main(): Promise<number> {
  const minutes = Number(process.argv[2] ?? DEFAULT_MINUTES);
  const bar = new ProgressBar();
  const parts: Part[] = [];
  const add = (part: Part) => {
    parts.push(part);
    bar.print(`\n${part.text}${part.isMet ? '' : '\nMISSED\n'}`);
  };
  add(idlePart(await idleLookups(IDLE_SAMPLES, bar)));
  add(refusalsPart(await refusals(bar)));
  add(backlogPart(minutes, await lookupsDuringBacklog(minutes, bar)));

  const head = `\`npm run bench -- http\` asks one process of the app over HTTP, on the local Defender, Service Bus and Azurite.`;
  const text = [head, ...parts.map((part) => part.text.trim()), machineLoad()].join('\n\n');
  writeSection('HTTP', text);
  return parts.every(({ isMet }) => isMet) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
