import { isOpen, LEVELS } from '../records/summarise';
import { plural } from '../text/plural';
import { OUTCOME_TEXTS } from './commentWords';
import type { Markup } from './markup';
import type { RequestAlert, RequestLookup, RequestMachine, RequestRecord } from './RequestRecord';

export type Tabled = Pick<RequestRecord, 'summary' | 'machines' | 'alerts' | 'lookups'>;

export interface Table {
  readonly noun: string;
  readonly columns: readonly string[];
  readonly count: number;
  /** The most telling first, each written as it is taken. */
  readonly rows: Iterable<string>;
  /** Of the room for rows that is left when its turn comes. */
  readonly share: number;
}

const NONE = '–';
const MAX_FOUND_BY = 3;

export const tablesOf = (record: Tabled, markup: Markup): readonly Table[] => [
  machineTable(record, markup),
  alertTable(record, markup),
  lookupTable(record, markup),
];

function* written<T>(entries: readonly T[], toRow: (entry: T) => string): Iterable<string> {
  for (const entry of entries) yield toRow(entry);
}

function machineTable({ machines, lookups }: Tabled, markup: Markup): Table {
  const actOn = new Set(lookups.flatMap(({ summary }) => summary?.machineId ?? []));
  const isMeant = ({ machine }: RequestMachine) => actOn.has(machine.id);
  const matchOf = (each: RequestMachine) => {
    if (isMeant(each)) return markup.bold('beyond doubt');
    return each.strength === 'strong' ? 'strong, one of several' : 'weak';
  };
  const toRow = (each: RequestMachine) => {
    const { machine, portalUrl, matchedBy } = each;
    return markup.row([
      markup.link(machine.computerDnsName ?? machine.id, portalUrl),
      markup.text(machine.riskScore ?? NONE),
      markup.text(machine.exposureLevel ?? NONE),
      markup.text(machine.healthStatus ?? NONE),
      markup.time(machine.lastSeen ?? NONE),
      matchOf(each),
      foundBy(matchedBy, markup),
    ]);
  };
  return {
    noun: 'machines',
    columns: ['Machine', 'Risk', 'Exposure', 'Health', 'Last seen', 'Match', 'Found by'],
    count: machines.length,
    rows: written(
      machines.toSorted((a, b) => Number(isMeant(b)) - Number(isMeant(a))),
      toRow,
    ),
    share: 0.5,
  };
}

/** Ids and hashes as far as they tell each other apart: the lookups below have them in full. */
function foundBy(matchedBy: RequestMachine['matchedBy'], markup: Markup): string {
  const values = [...new Set(matchedBy.map(({ via }) => via))];
  const shown = values
    .slice(0, MAX_FOUND_BY)
    .map((via) => markup.text(/^[0-9a-f]{32,}$/i.test(via) ? `${via.slice(0, 12)}…` : via));
  const others = values.length - shown.length;
  return [...shown, ...(others > 0 ? [`${others} more`] : [])].join(', ');
}

function alertTable({ alerts, machines }: Tabled, markup: Markup): Table {
  const names = new Map(
    machines.map(({ machine }) => [machine.id.toLowerCase(), machine.computerDnsName]),
  );
  const textIn = (alert: RequestAlert['alert'], field: string): string | null => {
    const value = alert[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const machineOf = (alert: RequestAlert['alert']) =>
    names.get(alert.machineId?.toLowerCase() ?? '') ?? textIn(alert, 'computerDnsName');
  const toRow = ({ alert, portalUrl }: RequestAlert) =>
    markup.row([
      markup.link(textIn(alert, 'title') ?? alert.id, portalUrl),
      markup.text(alert.severity ?? NONE),
      markup.text(alert.status ?? NONE),
      markup.text(machineOf(alert) ?? NONE),
      markup.time(alert.lastEventTime ?? NONE),
    ]);
  const severity = ({ alert }: RequestAlert) => LEVELS.indexOf(alert.severity ?? '');
  return {
    noun: 'alerts',
    columns: ['Alert', 'Severity', 'Status', 'Machine', 'Last event'],
    count: alerts.length,
    rows: written(
      alerts.toSorted(
        (a, b) => Number(isOpen(b.alert)) - Number(isOpen(a.alert)) || severity(b) - severity(a),
      ),
      toRow,
    ),
    share: 0.5,
  };
}

const TELLING_FIRST = ['found', 'denied', 'failed', 'expired', null, 'invalid', 'notSeen'] as const;

function lookupTable({ lookups }: Tabled, markup: Markup): Table {
  const toRow = (lookup: RequestLookup) => {
    const { indicator, outcome } = lookup;
    return markup.row([
      markup.text(indicator.value) + (indicator.ref ? ` (${markup.text(indicator.ref)})` : ''),
      indicator.kind,
      outcome === null ? 'not answered yet' : OUTCOME_TEXTS[outcome],
      resultOf(lookup, markup),
    ]);
  };
  const rank = ({ outcome }: RequestLookup) => TELLING_FIRST.indexOf(outcome);
  return {
    noun: 'lookups',
    columns: ['Value', 'Kind', 'Outcome', 'Result'],
    count: lookups.length,
    rows: written(
      lookups.toSorted((a, b) => rank(a) - rank(b) || a.position - b.position),
      toRow,
    ),
    share: 1,
  };
}

function resultOf(
  { reason, summary, incomplete, notBefore }: RequestLookup,
  markup: Markup,
): string {
  if (notBefore) return `not before ${markup.time(notBefore)}`;
  const missing = incomplete.map(({ endpoint, reason: why }) => `${endpoint} (${why})`).join(', ');
  const parts = [
    ...(reason ? [reason.message] : []),
    ...(summary && !reason ? [findingsOf(summary)] : []),
    ...(missing ? [`Not answered: ${missing}.`] : []),
  ];
  return markup.prose(parts.join(' '));
}

function findingsOf({
  machineCount,
  alertCount,
  ambiguous,
}: NonNullable<RequestLookup['summary']>): string {
  const doubt = ambiguous ? ', which one is uncertain' : '';
  const machines = machineCount > 0 ? [`${plural(machineCount, 'machine')}${doubt}`] : [];
  const alerts = alertCount > 0 ? [plural(alertCount, 'alert')] : [];
  return `${[...machines, ...alerts].join('; ')}.`;
}
