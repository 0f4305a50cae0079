import { hasUnreadRows } from '../calls/Progress';
import type { Alert, DefenderAnswer, ListNotes, Machine } from '../defender/DefenderAnswer';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { matchesFilter } from '../defender/matchesFilter';
import { MachineId } from '../indicators/MachineId';
import { BATCH_TOP, conditionsOf, type ListId } from './batchQuery';

/** What a list answers to one of its questions. */
export type Share =
  | { readonly outcome: 'answer'; readonly answer: DefenderAnswer }
  /** An alert's machine, which has to be looked up yet. */
  | { readonly outcome: 'machine'; readonly id: MachineId }
  /** The question's own call may know more. */
  | { readonly outcome: 'unknown' };

export const UNKNOWN: Share = { outcome: 'unknown' };
const NOTHING = { machines: [], alerts: [], file: null } as const;

/** Whether a list is all that there is, and every row of it can be read, so that what it leaves out is not there. */
export function isWhole(list: ListId, answer: DefenderAnswer): boolean {
  const { skippedAt = [], mistypedAt = [], unclearAt = [] } = answer.list ?? {};
  const isOdd = skippedAt.length + mistypedAt.length + unclearAt.length > 0;
  const rows = answer.machines.length + answer.alerts.length;
  return !isOdd && rows < BATCH_TOP && !hasUnreadRows({ endpoint: list, answer });
}

/** What the whole list answers to each of its questions, and how many of its rows are about none of them. */
export function sharesOf(
  queries: readonly DefenderQuery[],
  list: DefenderAnswer,
): { readonly shares: readonly Share[]; readonly strayRows: number } {
  const strayRows = countStrays(queries, list);
  // Then the service means something else by the filter, or shows one machine in the place of another.
  const isOdd =
    strayRows > 0 || new Set(list.machines.map(({ id }) => id)).size < list.machines.length;
  const isDoubted = (query: DefenderQuery): boolean =>
    query.endpoint === 'machines' &&
    (isOdd || list.machines.some((machine) => mayMatch(query, machine)));
  const shares = queries.map((query) => (isDoubted(query) ? UNKNOWN : shareOf(query, list)));
  return { shares, strayRows };
}

/** What the whole list answers to a question. */
export function shareOf(query: DefenderQuery, list: DefenderAnswer): Share {
  switch (query.endpoint) {
    case 'machine': {
      const machine = list.machines.find((each) => isAbout(query, each));
      if (!machine) return UNKNOWN;
      const { correlationId } = list;
      return answered({ ...NOTHING, status: 200, machines: [machine], correlationId });
    }
    case 'alertMachine':
      return machineOf(query.alertId.value, list);
    case 'machines': {
      const machines = list.machines.filter((each) => isAbout(query, each));
      return answered({
        ...NOTHING,
        status: list.status,
        machines,
        correlationId: list.correlationId,
        ...(list.list && { list: { ...list.list, total: totalOf(list.list, machines.length) } }),
      });
    }
    default:
      return UNKNOWN;
  }
}

function countStrays(queries: readonly DefenderQuery[], list: DefenderAnswer): number {
  const { machines, alerts } = list;
  const strays = machines.filter((machine) => !queries.some((query) => isAbout(query, machine)));
  const isAsked = ({ id }: Alert): boolean =>
    queries.some((query) => query.endpoint === 'alertMachine' && isSame(id, query.alertId.value));
  return strays.length + alerts.filter((alert) => !isAsked(alert)).length;
}

function isAbout(query: DefenderQuery, machine: Machine): boolean {
  if (query.endpoint === 'machine') return machine.id === query.id.value;
  return query.endpoint === 'machines' && !!query.filter && matchesFilter(query.filter, machine);
}

/**
 * Whether a service that compares texts by rules of its own may mean this machine, though it is not what was asked for: then
 * the question's own call decides.
 */
function mayMatch(query: DefenderQuery, machine: Machine): boolean {
  if (isAbout(query, machine)) return false;
  return (conditionsOf(query) ?? []).some(({ property, op, value }) => {
    const [text, wanted] = [loose(machine[property] ?? ''), loose(value)];
    return op === 'eq' ? text === wanted : text.startsWith(wanted);
  });
}

const PLAIN = /^[!-~]*$/;
const loose = (text: string): string => (PLAIN.test(text) ? text.toLowerCase() : folded(text));

/** Without what collations leave out of account: letter case, accents, widths, spaces. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Z}\p{C}]/gu, '')
    .toUpperCase()
    .toLowerCase();

/** The list as if only this alert had been asked for. */
export function rowOf(query: DefenderQuery, list: DefenderAnswer): DefenderAnswer {
  const isOwn = ({ id }: { readonly id: string }): boolean =>
    query.endpoint === 'alertMachine' && isSame(id, query.alertId.value);
  return { ...list, alerts: list.alerts.filter(isOwn) };
}

function machineOf(alertId: string, { alerts }: DefenderAnswer): Share {
  const ids = new Set(
    alerts.filter(({ id }) => isSame(id, alertId)).map(({ machineId }) => machineId ?? ''),
  );
  const [only = '', ...others] = ids;
  const parsed = MachineId.parse(only);
  const isOne = others.length === 0 && parsed.ok && parsed.indicator.issuer === 'defender';
  return isOne ? { outcome: 'machine', id: parsed.indicator } : UNKNOWN;
}

const answered = (answer: DefenderAnswer): Share => ({ outcome: 'answer', answer });
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const totalOf = ({ total }: ListNotes, rows: number): number | null =>
  total === null ? null : rows;
