import type { Paint } from '../../local/terminal/paint';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import type { EachReport, PlanReport } from './report';

const CURVE = { columns: 60, rows: 8 };
/** Full at the end. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const MAX_UNREADABLE = 5;

type Row = readonly string[];

/** A plan for people. `source`: what was read; `waitingTickets`: of others, in the calendars. */
export function planText(
  report: PlanReport,
  { source, waitingTickets }: { readonly source: string; readonly waitingTickets: number },
  paint: Paint,
): string {
  const { asOf, lookups, calls, finishAt, expire, denied, invalid } = report;
  const since = (at: string | null): string =>
    at === null ? 'never' : duration(Date.parse(at) - Date.parse(asOf));
  if (lookups === 0)
    return [`Nothing to look up in ${source}.`, ...unreadableLines(report)].join('\n');
  return [
    ...headLines(report, since, paint),
    `From ${source}, as of ${minute(asOf)} UTC. Tickets that wait in the calendars: ${waitingTickets}.`,
    ...problem(expire, 'would expire: their slots lie too late in MAX_LOOKUP_AGE_MS'),
    ...problem(denied, 'would be denied: Defender refuses the right, see npm run doctor'),
    ...problem(invalid, 'cannot be asked for, and are answered as invalid at once'),
    ...unreadableLines(report),
    '',
    ...table([
      ['flow', 'lookups', 'first', 'half', 'last', 'expire'],
      ...report.byFlow.map((flow) => [
        flow.flow,
        String(flow.lookups),
        since(flow.firstAt),
        since(flow.medianAt),
        since(flow.finishAt),
        String(flow.expire),
      ]),
    ]),
    '',
    ...table([
      ['API', 'calls', 'last call'],
      ...report.byEndpoint.map(({ label, calls: made, lastCallAt }) => [
        label,
        String(made),
        since(lastCallAt),
      ]),
    ]),
    '',
    ...curveLines(report),
    '',
    ...table([
      ['what if', 'last', 'calls', 'expire'],
      ['as it is', since(finishAt), String(calls), String(expire)],
      ...report.whatIf.map((other) => [
        other.change,
        since(other.finishAt),
        String(other.calls),
        String(other.expire),
      ]),
    ]),
    ...(report.each ? ['', ...eachLines(report.each)] : []),
    '',
    'Not known, and not planned for:',
    ...report.notKnown.map((what) => `  - ${what}`),
  ].join('\n');
}

function headLines(
  { lookups, calls, finishAt, finishBetween }: PlanReport,
  since: (at: string | null) => string,
  paint: Paint,
): readonly string[] {
  const head = `${lookups} lookups, ${calls} calls: `;
  if (finishAt === null || !finishBetween) return [paint('bold', `${head}none is answered`)];
  const { earliest, latest } = finishBetween;
  return [
    `${paint('bold', `${head}the last answer ${since(finishAt)} from now`)}, at ${minute(finishAt)} UTC`,
    `It may come ${since(earliest)} to ${since(latest)} from now.`,
  ];
}

const problem = (count: number, what: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${what}.`];

function unreadableLines({ unreadable, unreadableCount }: PlanReport): readonly string[] {
  if (unreadableCount === 0) return [];
  const shown = unreadable.slice(0, MAX_UNREADABLE);
  const more = unreadableCount - shown.length;
  return [
    `${unreadableCount} cannot be read, and would be quarantined; npm run explain says more:`,
    ...shown.map(({ place, code }) => `  ${place}: ${code}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const eachLines = (each: readonly EachReport[]): readonly string[] =>
  table([
    ['seconds', 'outcome', 'flow', 'kind', 'value'],
    ...each.map(({ inSeconds, outcome, flow, kind, value }) => [
      String(inSeconds),
      outcome,
      flow,
      kind,
      value,
    ]),
  ]);

/** Columns as wide as their values; numbers and times to the right but in the first. */
function table([head = [], ...rows]: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows];
  const widths = head.map((_, column) =>
    all.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  );
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Answers so far, over the time to the last one. */
function curveLines({ curve }: PlanReport): readonly string[] {
  const points = curve.map(({ at, answered }) => ({ at: Date.parse(at), answered }));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last.at === first.at) return [];
  const span = last.at - first.at;
  const heights = Array.from({ length: CURVE.columns }, (_, column) => {
    const until = first.at + ((column + 1) / CURVE.columns) * span;
    const answered = points.findLast(({ at }) => at <= until)?.answered ?? 0;
    return Math.round((answered / last.answered) * CURVE.rows * 8);
  });
  const label = String(last.answered);
  const lines = Array.from({ length: CURVE.rows }, (_, index) => {
    const below = (CURVE.rows - 1 - index) * 8;
    const bars = heights.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))] ?? ' ');
    return `${(index === 0 ? label : '').padStart(label.length)} │${bars.join('')}`.trimEnd();
  });
  const end = duration(span);
  return [
    'answered',
    ...lines,
    `${'0'.padStart(label.length)} └${'─'.repeat(CURVE.columns)}`,
    `${' '.repeat(label.length + 2)}now${end.padStart(CURVE.columns - 3)}`,
  ];
}

const minute = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** `2 h 5 min`, `3 min 12 s`, `4 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = { h: HOUR_MS / 1_000, min: MINUTE_MS / 1_000, s: 1 };
  if (seconds >= parts.h)
    return `${Math.floor(seconds / parts.h)} h ${Math.floor((seconds % parts.h) / parts.min)} min`;
  if (seconds >= parts.min)
    return `${Math.floor(seconds / parts.min)} min ${seconds % parts.min} s`;
  return `${seconds} s`;
}
