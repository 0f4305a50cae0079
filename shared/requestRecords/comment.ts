import { LEVELS } from '../records/summarise';
import { HTML, MARKDOWN, type Markup } from './markup';
import type { RequestAlert, RequestLookup, RequestMachine, RequestRecord } from './RequestRecord';

export type Commented = Pick<
  RequestRecord,
  'status' | 'request' | 'summary' | 'machines' | 'alerts' | 'lookups'
>;

/** With all mark-up, of the 30,000 that Sentinel takes: a playbook adds which answer it is. */
const MAX_CHARACTERS = 29_900;
const MAX_BYTES = 40 * 1024;
/** Space for all but the table rows, including the line about what is left out. */
const FRAME_CHARACTERS = 1_500;

interface Table {
  readonly noun: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Of the room for rows that is left when its turn comes. */
  readonly share: number;
}

/** The request's record as one comment, in Markdown and in HTML, each of `maxCharacters` at most; the most telling rows first. */
export function writeComment(
  record: Commented,
  maxCharacters = MAX_CHARACTERS,
): Pick<RequestRecord['comment'], 'markdown' | 'html'> {
  return {
    markdown: write(record, MARKDOWN, maxCharacters).trimEnd(),
    html: write(record, HTML, maxCharacters),
  };
}

function write(record: Commented, markup: Markup, maxCharacters: number): string {
  const tables = [
    machineTable(record, markup),
    alertTable(record, markup),
    lookupTable(record, markup),
  ];
  let characters = maxCharacters - FRAME_CHARACTERS;
  let bytes = (MAX_BYTES * maxCharacters) / MAX_CHARACTERS - 2 * FRAME_CHARACTERS;
  const written: string[] = [];
  const missing: string[] = [];
  for (const { noun, columns, rows, share } of tables) {
    const room = { characters: characters * share, bytes: bytes * share };
    const shown = firstFitting(rows, room);
    if (shown.length < rows.length)
      missing.push(`${rows.length - shown.length} of ${rows.length} ${noun}`);
    if (shown.length === 0) continue;
    const table = `${markup.tableStart(columns)}${shown.join('')}${markup.tableEnd}`;
    characters -= table.length;
    bytes -= Buffer.byteLength(table);
    written.push(table);
  }
  const note = missing.length > 0 ? markup.paragraph(`Not shown: ${missing.join(', ')}.`) : '';
  return [
    ...headLines(record, markup).map((line) => markup.paragraph(line)),
    ...written,
    note,
  ].join('');
}

function firstFitting(
  rows: readonly string[],
  room: { readonly characters: number; readonly bytes: number },
): readonly string[] {
  let { characters, bytes } = room;
  const shown: string[] = [];
  for (const row of rows) {
    characters -= row.length;
    bytes -= Buffer.byteLength(row);
    if (characters < 0 || bytes < 0) break;
    shown.push(row);
  }
  return shown;
}

function headLines({ status, request, summary }: Commented, markup: Markup): readonly string[] {
  const { outcomes, machineCount, alertCount, openAlertCount, actOn } = summary;
  const tally = Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${OUTCOME_TEXTS[outcome as keyof typeof OUTCOME_TEXTS]}`); // its own keys
  const running = request.of - request.done;
  const counts = [...tally, ...(running > 0 ? [`${running} not answered yet`] : [])];
  const levels = [
    ['risk', summary.highestRiskScore],
    ['exposure', summary.highestExposureLevel],
    ['alert severity', summary.highestAlertSeverity],
  ].flatMap(([name, level]) =>
    level == null ? [] : [`highest ${name ?? ''} ${markup.text(level.slice(0, 20))}`],
  );
  const findings = [
    plural(machineCount, 'machine'),
    `${plural(alertCount, 'alert')}${alertCount > 0 ? ` (${openAlertCount} open)` : ''}`,
    ...levels,
  ];
  const title = status === 'running' ? 'Microsoft Defender, so far' : 'Microsoft Defender';
  const leftOut = `${plural(request.leftOutCount, 'value')} of the event left out`;
  const doubt = summary.ambiguous
    ? ' At least one value fits several machines: look before acting.'
    : '';
  return [
    `${markup.bold(title)}: ${findings.join(', ')}.`,
    `${plural(request.of, 'lookup')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}; ${leftOut}.`,
    `${plural(actOn.length, 'machine')} matched beyond doubt.${doubt}`,
  ];
}

const OUTCOME_TEXTS = {
  found: 'found',
  notSeen: 'not seen',
  invalid: 'invalid',
  denied: 'denied',
  expired: 'expired',
  failed: 'failed',
} as const satisfies Record<keyof RequestRecord['summary']['outcomes'], string>;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function machineTable({ machines, summary }: Commented, markup: Markup): Table {
  const actOn = new Set(summary.actOn);
  const toRow = ({ machine, portalUrl, strength, matchedBy }: RequestMachine) =>
    markup.row([
      markup.link(machine.computerDnsName ?? machine.id, portalUrl),
      markup.text(machine.riskScore ?? '–'),
      markup.text(machine.exposureLevel ?? '–'),
      markup.text(machine.healthStatus ?? '–'),
      actOn.has(machine.id) ? markup.bold('beyond doubt') : strength,
      matchedBy
        .slice(0, 3)
        .map(({ via }) => markup.text(via))
        .join(', '),
    ]);
  return {
    noun: 'machines',
    columns: ['Machine', 'Risk', 'Exposure', 'Health', 'Match', 'Found by'],
    rows: machines.map(toRow),
    share: 0.5,
  };
}

function alertTable({ alerts }: Commented, markup: Markup): Table {
  const titleOf = (alert: RequestAlert['alert']): string =>
    typeof alert['title'] === 'string' && alert['title'] !== '' ? alert['title'] : alert.id;
  const toRow = ({ alert, portalUrl }: RequestAlert) =>
    markup.row([
      markup.link(titleOf(alert), portalUrl),
      markup.text(alert.severity ?? '–'),
      markup.text(alert.status ?? '–'),
      markup.time(alert.lastEventTime ?? '–'),
    ]);
  const severity = ({ alert }: RequestAlert) => LEVELS.indexOf(alert.severity ?? '');
  return {
    noun: 'alerts',
    columns: ['Alert', 'Severity', 'Status', 'Last event'],
    rows: alerts.toSorted((a, b) => severity(b) - severity(a)).map(toRow),
    share: 0.5,
  };
}

const TELLING_FIRST = ['found', 'denied', 'failed', 'expired', null, 'invalid', 'notSeen'] as const;

function lookupTable({ lookups }: Commented, markup: Markup): Table {
  const toRow = ({ indicator, outcome, reason, notBefore }: RequestLookup) =>
    markup.row([
      markup.text(indicator.value),
      indicator.kind,
      outcome === null ? 'not answered yet' : OUTCOME_TEXTS[outcome],
      notBefore ? `not before ${markup.time(notBefore)}` : markup.text(reason?.message ?? ''),
    ]);
  const rank = ({ outcome }: RequestLookup) => TELLING_FIRST.indexOf(outcome);
  return {
    noun: 'lookups',
    columns: ['Value', 'Kind', 'Outcome', 'Why'],
    rows: lookups.toSorted((a, b) => rank(a) - rank(b) || a.position - b.position).map(toRow),
    share: 1,
  };
}
