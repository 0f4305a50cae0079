import { fileLoad } from '../../../cli/plan/load/fileLoad';
import { plan } from '../../../cli/plan/plan';
import { HELP, readPlanOptions } from '../../../cli/plan/planOptions';
import { readCalendars } from '../../../cli/plan/readCalendars';
import type { PlanReport } from '../../../cli/plan/report';
import { CannotStart } from '../../../cli/settings/CannotStart';
import { DEFAULTS } from '../../../local/simulation/calendarConfigs';
import { unpainted } from '../../../local/terminal/paint';
import { SeededRandom } from '../../../local/SeededRandom';
import { HOUR_MS } from '../../../shared/clock/durations';
import { issue } from '../../../shared/quota/calendar/issue';
import { CACHE_TTL_MS } from '../../shared/lookups/aLookup';
import { bulk, calendarOf, START, times } from '../../shared/quota/calendar/fixtures';

const SETTINGS = { tenantId: 't1', internalIpRanges: [], maxAgeMs: 24 * HOUR_MS };
const MESSAGES = [
  ...times(300, (index) => `{"ip":"10.1.${index >> 8}.${index & 255}"}`),
  ...times(10, (index) => `{"ip":"10.2.0.${index}","priority":"high"}`),
  'banana split',
  '{"foo":1}',
].join('\n');

async function planOf(args: readonly string[], messages = MESSAGES, waitingTickets = 0) {
  const options = readPlanOptions(['--from', 'night.ndjson', ...args]);
  if (!options) throw new Error('Help was not asked for.');
  const requests = times(waitingTickets, () => bulk());
  const { state } = issue(calendarOf(), requests, { now: START, deniedAfterMs: 0 });
  const stored = waitingTickets > 0 ? { state, etag: '1' } : null;
  const store = {
    read: (row: string) =>
      Promise.resolve({ stored: row === 'cal|findByIp' ? stored : null, serverDate: null }),
  };
  const random = new SeededRandom(1);
  const calendars = await readCalendars({ store, config: DEFAULTS, random, now: () => START });
  const around = {
    calendars,
    scope: 'endpoint',
    batchMaxQuestions: 30,
    deniedAfterMs: HOUR_MS,
    settings: { internalIpRanges: [], ipAlerts: false, ipLastKnown: true },
    cacheTtlMs: CACHE_TTL_MS,
    now: START,
  } as const;
  const load = fileLoad(Buffer.from(messages), SETTINGS, START);
  return plan({ load, around }, options, unpainted);
}

async function reportOf(...args: Parameters<typeof planOf>): Promise<PlanReport> {
  const [options, ...rest] = args;
  const { output } = await planOf([...options, '--json'], ...rest);
  return JSON.parse(output) as PlanReport;
}

const changed = ({ whatIf }: PlanReport, change: string) =>
  whatIf.find((other) => other.change === change);

describe('plan', () => {
  it('reports with --json what contracts name: totals, flows and the curve', async () => {
    const report = await reportOf([]);

    expect(report).toMatchObject({
      asOf: '2026-11-21T08:00:00.000Z',
      lookups: 311,
      calls: 310,
      expire: 0,
      denied: 0,
      invalid: 1,
      unreadableCount: 1,
      unreadable: [{ place: 'line 312', code: 'message.noIndicator' }],
    });
    expect(report.byFlow.map(({ flow, lookups }) => [flow, lookups])).toEqual([
      ['high', 10],
      ['normal', 300],
    ]);
    expect(report.curve[0]).toEqual({ at: report.asOf, answered: 1 });
    expect(report.curve.at(-1)).toEqual({ at: report.finishAt, answered: 311 });
  });

  it('shows what other settings would change', async () => {
    const report = await reportOf([]);
    const withoutSpread = changed(report, 'BULK_PER_TEN_MINUTES=0')?.finishAt ?? '';

    expect(Date.parse(withoutSpread)).toBeLessThan(Date.parse(report.finishAt ?? '') - 300_000);
    expect(changed(report, 'nothing is found')?.calls).toBeGreaterThan(report.calls);
  });

  it('tries the changes that are asked for instead', async () => {
    const { whatIf } = await reportOf(['--if', 'BULK_PER_TEN_MINUTES=0,priority=high']);

    expect(whatIf.map(({ change }) => change)).toEqual(['BULK_PER_TEN_MINUTES=0,priority=high']);
  });

  it('plans behind the tickets of others, which priority overtakes', async () => {
    const alone = await reportOf([]);
    const behind = await reportOf([], MESSAGES, 500);
    const ahead = changed(behind, 'priority=high')?.finishAt ?? '';

    expect(Date.parse(behind.finishAt ?? '')).toBeGreaterThan(Date.parse(alone.finishAt ?? ''));
    expect(Date.parse(ahead)).toBeLessThan(Date.parse(behind.finishAt ?? ''));
  });

  it('prints the tables, the curve and what it cannot know', async () => {
    const { output, exitCode } = await planOf([]);
    const lines = output.split('\n');

    expect(exitCode).toBe(1);
    expect(lines[0]).toBe(
      '311 lookups, 310 calls: the last answer 10 min 3 s from now, at 2026-11-21 08:10:03 UTC',
    );
    expect(lines[1]).toBe('It may come 9 min 58 s to 10 min 9 s from now.');
    expect(lines).toContain('  line 312: message.noIndicator');
    expect(lines).toContain('flow    lookups  first  half        last        expire');
    expect(lines).toContain('high    10       0 s    1 s         1 s         0');
    expect(output).toContain('machines/findbyip  310');
    expect(output).toContain('Not known, and not planned for:');
  });

  it('lists each lookup with --each, and exits with 0 if all would be answered', async () => {
    const { output, exitCode } = await planOf(['--each'], '{"ip":"10.1.2.3"}');

    expect(exitCode).toBe(0);
    expect(output).toContain('0        answered  normal  ip    10.1.2.3');
  });

  it('makes no plan of nothing', async () => {
    expect(await planOf([], '\n')).toEqual({
      exitCode: 0,
      output: 'Nothing to look up in night.ndjson.',
    });
  });

  it.each([
    { args: [], message: '--from is missing' },
    { args: ['--from', 'x', '--fast'], message: "Unknown option '--fast'" },
    { args: ['--from', 'x', '--if', 'OUTPUT_FORMAT=ecs'], message: 'not "OUTPUT_FORMAT"' },
    { args: ['--from', 'x', '--if', 'BATCH_MAX_QUESTIONS=0'], message: 'BATCH_MAX_QUESTIONS must' },
    { args: ['--from', 'x', '--if', 'priority=urgent'], message: 'not "urgent"' },
  ])('refuses $args: $message', ({ args, message }) => {
    expect(() => readPlanOptions(args)).toThrow(CannotStart);
    expect(() => readPlanOptions(args)).toThrow(message);
  });

  it('has a help for each of its options', () => {
    expect(readPlanOptions(['--help'])).toBeNull();
    for (const option of ['--from', '--empty', '--if', '--each', '--json'])
      expect(HELP).toContain(`  ${option}`);
  });
});
