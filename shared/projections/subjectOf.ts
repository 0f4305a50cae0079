import type { EnrichmentRecord, RecordMachine } from '../records/EnrichmentRecord';

/**
 * The one machine that a record is about: the one to act on, or the only one that was found. Null for several equal
 * candidates: any choice would be a guess.
 */
export function subjectOf({
  summary,
  machines,
}: Pick<EnrichmentRecord, 'summary' | 'machines'>): RecordMachine | null {
  const { machineId, machineCount } = summary;
  const isMeant = ({ machine }: RecordMachine) =>
    machineId === null ? machineCount === 1 : machine.id === machineId;
  return machines.find(isMeant) ?? null;
}
