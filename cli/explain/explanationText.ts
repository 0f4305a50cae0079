import type { ExplainedIndicator, Explanation } from '../../shared/siem/explainMessage';

type Row = readonly [what: string, value: string, path: string, note?: string];

/** An explanation for people, without a line break at its end. */
export function explanationText(file: string, explanation: Explanation): string {
  const { reason, unwrapped, events, indicators, leftOut, unreadable } = explanation;
  if (reason) return `${file}: cannot be read (${reason.code})\n  ${reason.message}`;
  const formats = [...new Set(events.map(({ format }) => format))].join(', ') || 'nothing read';
  const counts = `events: ${events.length}, lookups: ${indicators.length}`;
  const layers = unwrapped.length > 0 ? `, unwrapped: ${unwrapped.join(', ')}` : '';
  return [
    `${file}: ${formats}; ${counts}${layers}`,
    ...section(
      'events',
      events.map(({ of, eventId, source }) => [`${of}`, eventId ?? '-', source]),
    ),
    ...section('looked up', indicators.flatMap(indicatorRows)),
    ...section(
      'left out',
      leftOut.map(({ reason: { code }, value, path }) => [code, value, path]),
    ),
    ...section(
      'ignored',
      events.flatMap(({ ignored }) => ignored.map(({ code, path }): Row => [code, '', path])),
    ),
    ...section(
      'quarantined',
      unreadable.map((entry) => [entry.reason.code, '', entry.path]),
    ),
    ...section(
      'handed back',
      events.flatMap(({ context }) =>
        Object.entries(context).map(([key, value]): Row => [key, String(value), '']),
      ),
    ),
  ].join('\n');
}

function indicatorRows(indicator: ExplainedIndicator): readonly Row[] {
  const { kind, value, path, reason, observedAt, observedAtFrom, alternatives } = indicator;
  const time = observedAtFrom === 'enqueued' ? 'when it comes' : observedAt;
  return [
    [kind, value, path, reason ? `${reason.code}: ${reason.message}` : time],
    ...alternatives.map((other): Row => [`or ${other.kind}`, other.value, other.path]),
  ];
}

/** Columns as wide as their values; nothing for an empty table. */
function section(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  const [first, second, third] = [width(0), width(1), width(2)];
  const lines = rows.map(([what, value, path, note = '']) =>
    `    ${what.padEnd(first)}  ${value.padEnd(second)}  ${path.padEnd(third)}  ${note}`.trimEnd(),
  );
  return [`  ${title}`, ...lines];
}
