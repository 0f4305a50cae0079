import { endpoints } from '../../shared/defender/endpoints';
import type { Choice } from './choose';
import type { ReplayReport } from './Replay';
import type { Entry } from './Shelf';

export interface ReasonCount {
  readonly reason: string;
  readonly lookups: number;
  readonly messages: number;
  /** ISO 8601. */
  readonly oldestAt: string;
}

/** What lies there, the most frequent reason first. */
export function countReasons(entries: readonly Entry[]): readonly ReasonCount[] {
  const byReason = new Map<string, Entry[]>();
  for (const entry of entries)
    byReason.set(entry.reasonCode, [...(byReason.get(entry.reasonCode) ?? []), entry]);
  const counts = [...byReason].map(([reason, found]) => {
    const lookups = found.filter(({ lookup }) => lookup !== null).length;
    const oldest = Math.min(...found.map(({ enqueuedAt }) => enqueuedAt));
    return {
      reason,
      lookups,
      messages: found.length - lookups,
      oldestAt: new Date(oldest).toISOString(),
    };
  });
  return counts.toSorted((a, b) => b.lookups + b.messages - a.lookups - a.messages);
}

export function listText(shelf: string, entries: readonly Entry[]): string {
  if (entries.length === 0) return `${shelf} is empty.`;
  const head = { reason: 'reason', lookups: 'lookups', messages: 'messages', oldestAt: 'oldest' };
  const rows = [head, ...countReasons(entries)].map((row) => ({
    reason: row.reason,
    lookups: String(row.lookups),
    messages: String(row.messages),
    oldestAt: row.oldestAt,
  }));
  const width = Math.max(...rows.map(({ reason }) => reason.length));
  return rows
    .map(({ reason, lookups, messages, oldestAt }) =>
      [reason.padEnd(width), lookups.padStart(8), messages.padStart(9), oldestAt].join('  '),
    )
    .join('\n');
}

/** One line for each that would be replayed. */
export function choicesText(choices: readonly Choice[]): string {
  const lines = choices.map(({ entry, older }) => {
    const what = entry.lookup
      ? `${entry.lookup.subject.kind} ${entry.lookup.subject.value}, ${entry.lookup.id}`
      : `message ${entry.cameAs}`;
    const replaced = older.length > 0 ? `, replaces ${older.length} older` : '';
    const stuck = entry.stuck === null ? '' : `, cannot be replayed: ${entry.stuck}`;
    return `${entry.id}  ${entry.reasonCode}  ${what}${replaced}${stuck}`;
  });
  return [...lines, `${choices.length} would be replayed`].join('\n');
}

/** Nothing there is what was asked for. */
export function nothingText(shelf: string, entries: readonly Entry[]): string {
  if (entries.length === 0) return `${shelf} is empty.`;
  return `Nothing in ${shelf} is what you asked for. There is:\n${listText(shelf, entries)}`;
}

/** Whether all that was chosen is on its way. */
export function isWell(report: ReplayReport): boolean {
  const { returned, left, refused, isStopped } = report;
  return returned.length + left.length + refused.length === 0 && !isStopped;
}

export function reportText(report: ReplayReport, chosen: number): string {
  const { replayed, returned, left, refused, isStopped } = report;
  const reasons = countReasons(returned).map(({ reason, lookups, messages }) => {
    return `  ${lookups + messages} came back: ${reason}`;
  });
  const stopped = isStopped ? ['Stopped, as more than one in twenty came back.'] : [];
  const missing = refused.flatMap(({ why, endpoints: ids, waiting }) => {
    const names = ids.map((id) => `${endpoints[id].label} (${endpoints[id].roles.join(' or ')})`);
    const found =
      why === 'refused'
        ? 'The right is still missing'
        : 'The app did not ask in time: is it running? The one sent ahead is on its way';
    return [`${found}: ${names.join(', ')}. ${waiting.length} more were left where they are.`];
  });
  const hint = refused.some(({ why }) => why === 'refused')
    ? ['A granted right counts within a minute; with a managed identity it may take a day.']
    : [];
  const sent = `${replayed} of ${chosen} replayed`;
  return [
    isWell(report)
      ? `${sent}; none has come back so far. npm run trace shows what becomes of them.`
      : sent,
    ...reasons,
    ...stopped,
    ...missing,
    ...hint,
    ...left.map(({ choice, why }) => `  ${choice.entry.id} was not replayed: ${why}`),
  ].join('\n');
}

export function reportJson(report: ReplayReport, chosen: number): object {
  const { replayed, returned, left, refused, isStopped } = report;
  return {
    chosen,
    replayed,
    isStopped,
    returned: returned.map(idsOf),
    refused: refused.map(({ why, endpoints: ids, waiting }) => ({
      why,
      endpoints: ids.map((id) => endpoints[id].label),
      waiting: waiting.map(({ entry }) => idsOf(entry)),
    })),
    left: left.map(({ choice, why }) => ({ ...idsOf(choice.entry), why })),
  };
}

export const idsOf = ({ id, reasonCode, requestId, lookupId, generation }: Entry) => ({
  id,
  reasonCode,
  requestId,
  lookupId,
  generation,
});
