import { plural } from '../text/plural';
import { tablesOf, type Tabled } from './commentTables';
import { OUTCOME_TEXTS } from './commentWords';
import { HTML, MARKDOWN, type Markup } from './markup';
import type { RequestRecord } from './RequestRecord';

export type Commented = Tabled & Pick<RequestRecord, 'status' | 'final' | 'request'>;

/** With all mark-up, of the 30,000 that Sentinel takes: a playbook adds which answer it is. */
const MAX_CHARACTERS = 29_900;
const MAX_BYTES = 40 * 1024;
/** Space for all but the table rows, including the line about what is left out. */
const FRAME_CHARACTERS = 1_500;

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
  let characters = maxCharacters - FRAME_CHARACTERS;
  let bytes = (MAX_BYTES * maxCharacters) / MAX_CHARACTERS - 2 * FRAME_CHARACTERS;
  const written: string[] = [];
  const missing: string[] = [];
  for (const { noun, columns, count, rows, share } of tablesOf(record, markup)) {
    const room = { characters: characters * share, bytes: bytes * share };
    const shown = firstFitting(rows, room);
    if (shown.length < count) missing.push(`${count - shown.length} of ${count} ${noun}`);
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
  rows: Iterable<string>,
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

function headLines(record: Commented, markup: Markup): readonly string[] {
  const { status, request, summary } = record;
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
  return [
    `${markup.bold(title)}: ${findings.join(', ')}.`,
    `${plural(request.of, 'lookup')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}; ${leftOut}.`,
    [`${plural(actOn.length, 'machine')} matched beyond doubt.`, ...doubtsAbout(record)].join(' '),
  ];
}

/** What to know before acting on it. */
function doubtsAbout({ status, final, summary, machines, lookups }: Commented): readonly string[] {
  const isWeak = machines.some(({ strength }) => strength === 'weak');
  const isPartial = lookups.some(({ incomplete }) => incomplete.length > 0);
  const isToComeBack = status === 'completed' && !final;
  return [
    ...(summary.ambiguous ? ['At least one value fits several machines: look before acting.'] : []),
    ...(isWeak ? ['A weak match may be another machine than the one meant.'] : []),
    ...(isPartial ? ['Some of it could not be asked: see the results below.'] : []),
    ...(isToComeBack ? ['What was not seen is asked once more later.'] : []),
  ];
}
