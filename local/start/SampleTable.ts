import type { Sample } from '../samples/Sample';
import type { Paint, Style } from '../terminal/paint';
import type { PublishedRecord, PublishedRequest, Quarantined } from './readOutput';
import type { SettledSample } from './SampleLedger';
import type { TableLayout } from './TableLayout';

/** Lines of the table: what came, outcome, machines, how long its calls waited for the quota, calls saved by the cache. */
export class SampleTable {
  constructor(
    private readonly layout: TableLayout,
    private readonly paint: Paint,
  ) {}

  head(): string {
    return `${this.layout.titles()}\n${this.layout.rule()}`;
  }

  heading(text: string): string {
    return this.paint('bold', text);
  }

  /** All lookups of a message in one line. */
  row({ sample, records, quarantined }: SettledSample): string {
    const unreadable = quarantined.find(({ lookup }) => lookup === null);
    const outcome = unreadable ? unreadable.reason.code : outcomeText(records);
    return this.line(sample.title, outcome, records);
  }

  /** The line of a sample without its own answer. */
  unansweredRow({ title, repeats }: Sample): string {
    const outcome = repeats === undefined ? 'LOST' : `with "${repeats}"`;
    return this.toLine(outcome, { message: title });
  }

  /** A whole request: its lookups, its machines and those that are safe to act on, the highest risk. */
  requestRow({ status, request, summary }: PublishedRequest, sample: Sample | null): string {
    const { of, done, eventId, messageId } = request;
    const { machineCount, actOn, highestRiskScore } = summary;
    const title = sample?.title ?? eventId ?? messageId ?? request.id;
    const risk = highestRiskScore === null ? '' : `, risk ${highestRiskScore}`;
    return this.toLine(`${done} of ${of}${status === 'running' ? ' so far' : ''}`, {
      message: `└ whole: ${title}`,
      machines: machineCount === 0 ? '–' : `${machineCount}, act on ${actOn.length}${risk}`,
    });
  }

  recordRow(record: PublishedRecord): string {
    const { position, of, eventId, messageId } = record.request;
    const place = of > 1 ? `, ${position} of ${of}` : '';
    const from = eventId ?? messageId;
    const title = `${record.indicator.value}${place}${from === null ? '' : ` (${from})`}`;
    return this.line(title, outcomeText([record]), [record]);
  }

  quarantinedRow({ source, lookup, reason }: Quarantined): string {
    const from = source.messageId ?? 'a message without an id';
    const title = lookup ? `in quarantine: a lookup of ${from}` : `in quarantine: ${from}`;
    return this.line(title, reason.code, []);
  }

  /** What the columns and the odd entries mean. */
  legend(): string {
    const { layout } = this;
    const entries = [
      ['found ×5', 'five lookups of the message ended so'],
      ['… so far', 'asked once more in 15 minutes, then its row comes again'],
      ['└ whole: …', 'the one record of the whole request: lookups that have ended'],
      ['with "…"', 'the same event as that message: answered once'],
      ['a.dotted.code', 'in quarantine, for this reason'],
      ...(layout.has('waited')
        ? [['waited', 'longest wait of a call for its slot in the quota']]
        : []),
      ...(layout.has('from cache')
        ? [['from cache', 'answers that cost no call to Defender']]
        : []),
    ];
    return entries
      .map(([term = '', meaning = '']) => this.paint('dim', `${term.padEnd(13)}  ${meaning}`))
      .join('\n');
  }

  private line(message: string, outcome: string, records: readonly PublishedRecord[]): string {
    const evidence = records.flatMap((record) => record.evidence);
    const waitedMs = Math.max(0, ...evidence.map((call) => call.waitedMs));
    const cached = evidence.filter((call) => call.fromCache).length;
    const isAsked = evidence.length > 0;
    return this.toLine(outcome, {
      message,
      machines: machinesText(records),
      waited: isAsked ? `${(waitedMs / 1000).toFixed(1)} s` : '–',
      'from cache': isAsked ? `${cached} of ${evidence.length}` : '–',
    });
  }

  private toLine(outcome: string, cells: Parameters<TableLayout['line']>[0]): string {
    return this.layout.line({ ...cells, outcome }, (name, cell) =>
      name === 'outcome' ? this.paint(styleOf(outcome), cell) : cell,
    );
  }
}

function styleOf(outcome: string): Style {
  if (/^(LOST|denied|expired|failed)/.test(outcome)) return 'red';
  if (/^found( ×\d+)?$/.test(outcome)) return 'green';
  if (/^\d+ of \d+$/.test(outcome)) return 'dim';
  return /^(notSeen|with )/.test(outcome) ? 'dim' : 'yellow';
}

function outcomeText(records: readonly PublishedRecord[]): string {
  const tally = new Map<string, number>();
  for (const { outcome, final } of records) {
    const text = final ? outcome : `${outcome} so far`;
    tally.set(text, (tally.get(text) ?? 0) + 1);
  }
  const texts = [...tally].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`));
  return texts.join(', ') || 'nothing to look up';
}

/** The name of a single machine, else how many; alerts if no machine is named. */
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
