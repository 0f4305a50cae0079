/**
 * Lookups over HTTP through one process of the app: alone, while a caller is refused, and during a backlog. Exits with 1
 * when a figure is missed. Each part writes its section of docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { writeSection } from './benchmarksDoc';
import { machineLoad, number } from './figures';
import { idleLookups } from './http/idleLookups';
import { lookupsDuringBacklog } from './http/lookupsDuringBacklog';
import { refusals, type Throughput } from './http/refusals';
import { ProgressBar } from './progressBar';

const IDLE_SAMPLES = 300;
const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '15' } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);

interface Part {
  readonly title: string;
  readonly text: string;
  readonly isMet: boolean;
}

async function idle(bar: ProgressBar): Promise<Part> {
  const { samples, app, bare, added } = await idleLookups(IDLE_SAMPLES, bar);
  const row = (name: string, [p50, p99]: readonly [number, number], figure: string) =>
    `| ${name} | ${number(p50)} ms | ${number(p99)} ms | ${figure} |`;
  const text = `\`npm run bench -- http idle\` makes ${samples} lookups of one Defender call each, one a second, each followed by the same call to the local
Defender without the app. The limits are the published ones.

| | p50 | p99 | figure |
|---|---:|---:|---:|
${row('through the app', app, '')}
${row('the call itself', bare, '')}
${row('difference of each pair', added, '≤ 60, ≤ 200 ms')}`;
  return { title: 'HTTP lookups: idle', text, isMet: added[0] <= 60 && added[1] <= 200 };
}

async function refused(bar: ProgressBar): Promise<Part> {
  const result = await refusals(bar);
  const { refused, p50, p99, failed, withoutRetryAfter, steady, capacity } = result;
  const row = (name: string, { quiet, busy, share }: Throughput, figure: string) =>
    `| ${name} | ${number(quiet)} | ${number(busy)} | ${number(100 * share)} % | ${figure} |`;
  const text = `\`npm run bench -- http refusals\`: one caller asks 210 times a second, ten of which it may, for a minute in all, in turn with as much
time without. Meanwhile the queue brings messages that are answered from the cache.

| refusals | p50 | p99 | 5xx or no answer | without \`Retry-After\` | figure |
|---:|---:|---:|---:|---:|---:|
| ${number(refused)} | ${number(p50)} ms | ${number(p99)} ms | ${failed} | ${withoutRetryAfter} | p99 ≤ 2 s, 0, 0 |

| the queue brings | records/s without refusals | with | share | figure |
|---|---:|---:|---:|---:|
${row('100 messages/s', steady, '≥ 90 %')}
${row('as much as the app takes', capacity, '')}

At capacity the refusals, the emulators and the caller itself take their part of the same cores.`;
  const isHonest = failed === 0 && withoutRetryAfter === 0 && refused >= 11_000;
  const isMet = isHonest && p99 <= 2_000 && steady.share >= 0.9;
  return { title: 'HTTP lookups: a refused caller', text, isMet };
}

async function backlog(bar: ProgressBar): Promise<Part> {
  const { samples, waiting, inTime, p50, slowest } = await lookupsDuringBacklog(minutes, bar);
  const text = `\`npm run bench -- http backlog\`: 10,000 queue messages wait for the endpoint that the lookups ask, at the published limits; two lookups a
minute for ${minutes} minutes, at random moments. ${number(waiting)} messages were still waiting at the end.

| lookups | answered within 10 s | p50 | slowest | figure |
|---:|---:|---:|---:|---:|
| ${samples} | ${number(100 * inTime, 1)} % | ${number(p50)} ms | ${number(slowest)} ms | ≥ 99 %, p50 ≤ 500 ms |`;
  const isMet = inTime >= 0.99 && p50 <= 500;
  return { title: 'HTTP lookups: during a backlog', text, isMet };
}

const PARTS = { idle, refusals: refused, backlog };

async function main(): Promise<number> {
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
  const bar = new ProgressBar();
  let missed = 0;
  for (const name of names) {
    const run = PARTS[name as keyof typeof PARTS]; // or undefined
    if (!run) throw new Error(`There is no part ${name}, see --help`);
    const { title, text, isMet } = await run(bar);
    bar.print(`\n${text}\n${isMet ? '' : '\nMISSED\n'}`);
    writeSection(title, `${text}\n\n${machineLoad()}`);
    missed += isMet ? 0 : 1;
  }
  return missed === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
