import type { Sample } from '../samples/Sample';
import type { PublishedRecord } from './readOutput';
import type { SettledSample } from './SampleLedger';

const COLUMNS = [
  { title: 'message', width: 53 },
  { title: 'outcome', width: 25 },
  { title: 'machines', width: 26 },
  { title: 'waited', width: 7 },
  { title: 'from cache', width: 10 },
] as const;

/** The heading of the table that {@link toRow} fills. */
export function tableHead(): string {
  const line = COLUMNS.map(({ width }) => '─'.repeat(width)).join('  ');
  return `${toLine(COLUMNS.map(({ title }) => title))}\n${line}`;
}

/** One line: what came, outcome, machines, how long its calls waited for the quota, calls saved by the cache. */
export function toRow({ sample, records, quarantined }: SettledSample): string {
  const evidence = records.flatMap((record) => record.evidence);
  const waitedMs = Math.max(0, ...evidence.map((call) => call.waitedMs));
  const cached = evidence.filter((call) => call.fromCache).length;
  return toLine([
    sample.title,
    outcomeText(records, quarantined),
    machinesText(records),
    evidence.length === 0 ? '–' : `${(waitedMs / 1000).toFixed(1)} s`,
    evidence.length === 0 ? '–' : `${cached} of ${evidence.length}`,
  ]);
}

/** The line of a sample that got no answer of its own. */
export function unansweredRow(sample: Sample): string {
  return toLine([sample.title, sample.repeats === undefined ? 'LOST' : `with "${sample.repeats}"`]);
}

function toLine(cells: readonly string[]): string {
  return COLUMNS.map(({ width }, index) => {
    const cell = cells[index] ?? '';
    return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width);
  })
    .join('  ')
    .trimEnd();
}

function outcomeText(
  records: readonly PublishedRecord[],
  quarantined: SettledSample['quarantined'],
): string {
  const unreadable = quarantined.find(({ lookup }) => lookup === null);
  if (unreadable) return unreadable.reason.code;
  const tally = new Map<string, number>();
  for (const { outcome, final } of records) {
    const text = final ? outcome : `${outcome} so far`;
    tally.set(text, (tally.get(text) ?? 0) + 1);
  }
  const texts = [...tally].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`));
  return texts.join(', ');
}

/** The name if there is one machine, else how many; and alerts where there are no machines to name. */
function machinesText(records: readonly PublishedRecord[]): string {
  const truncated = records.find((record) => record.truncated !== null);
  if (truncated) {
    return `${truncated.summary.machineCount}, ${truncated.machines.length} in the message`;
  }
  const found = records.flatMap((record) => record.machines.map(({ machine }) => machine));
  const nameById = new Map(
    found.map(({ id, computerDnsName }) => [id, computerDnsName ?? '(no name)']),
  );
  if (nameById.size > 0) {
    return nameById.size === 1 ? [...nameById.values()].join('') : String(nameById.size);
  }
  const alerts = Math.max(0, ...records.map(({ summary }) => summary.alertCount));
  return alerts > 0 ? `${alerts} alerts` : '–';
}
