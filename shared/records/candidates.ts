import type { DefenderAnswer, Machine } from '../defender/DefenderAnswer';
import { HostName } from '../indicators/HostName';
import { MachineId } from '../indicators/MachineId';
import type { Lookup } from '../lookups/Lookup';
import { answered, type AnsweredStep, type Progress } from '../calls/Progress';
import { MERGE_STEPS, type StepName } from '../calls/steps';

export const MATCHED_BY = [
  'findByIp',
  'lastIpAddress',
  'alert',
  'file',
  'machineId',
  'aadDeviceId',
  'computerDnsName',
] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];

/** A record that an answer holds, and what it was asked for by. */
export interface Candidate {
  readonly machine: Machine;
  readonly by: MatchedBy;
  /** The value that Defender was asked for. */
  readonly via: string;
  /** That found it, or the record that was merged into it. */
  readonly step: StepName;
  /** How many merges lie between the record that was found and this one. */
  readonly hops: number;
}

/** Merges are followed this far. */
export const MAX_HOPS = 3;
/** An address last reported further from the observed time than this has likely changed hands. */
const LAST_KNOWN_WITHIN_MS = 7 * 24 * 3_600_000;

/** Of the steps that bring machines. */
const BROUGHT_BY: Readonly<Partial<Record<StepName, MatchedBy>>> = {
  machine: 'machineId',
  entraDevice: 'aadDeviceId',
  alert: 'alert',
  alertOtherSpelling: 'alert',
  fileMachines: 'file',
  findByIp: 'findByIp',
  ipLastKnown: 'lastIpAddress',
  host: 'computerDnsName',
  hostLabel: 'computerDnsName',
  hostPrefix: 'computerDnsName',
  namesake: 'computerDnsName',
};
const MERGES: ReadonlySet<string> = new Set(MERGE_STEPS);

/** Ids are the same in any case. */
export const idOf = ({ machine }: Candidate): string => machine.id.toLowerCase();
export const targetOf = ({ machine }: Candidate): string | null =>
  machine.mergedIntoMachineId?.toLowerCase() ?? null;

export const isOnboarded = ({ machine }: Candidate): boolean =>
  (machine.onboardingStatus ?? 'Onboarded') === 'Onboarded';
export const isInactive = ({ machine }: Candidate): boolean => machine.healthStatus === 'Inactive';

/** In service under this id: not merged away, onboarded, and, when matched by name, not inactive. */
export function isLive(candidate: Candidate): boolean {
  return (
    targetOf(candidate) === null &&
    isOnboarded(candidate) &&
    !(candidate.by === 'computerDnsName' && isInactive(candidate))
  );
}

/** Every record that the answers hold, in the order in which they came; one may come more than once. */
export function candidatesOf(lookup: Lookup, progress: Progress): readonly Candidate[] {
  return answered(progress).reduce<readonly Candidate[]>(
    (known, result) => [
      ...known,
      ...(MERGES.has(result.step) ? followed(known, result.answer) : found(lookup, known, result)),
    ],
    [],
  );
}

/**
 * The records that others were merged into and that were not found by themselves, in the order in which they are to be
 * asked for; answers to come only add to its end.
 */
export function mergeTargets(candidates: readonly Candidate[]): readonly MachineId[] {
  const foundIds = new Set(candidates.filter(({ hops }) => hops === 0).map(idOf));
  const targets = candidates.filter(({ hops }) => hops < MAX_HOPS).map(targetOf);
  return [...new Set(targets)]
    .filter((id) => id !== null && !foundIds.has(id))
    .flatMap((id) => {
      const parsed = MachineId.parse(id ?? '');
      return parsed.ok && parsed.indicator.issuer === 'defender' ? [parsed.indicator] : [];
    });
}

/**
 * The full name of the one record in service, if that has been silent: who bears it today has likely taken its place. A
 * bare name, such as iphone, many bear.
 */
export function oldNameOf(candidates: readonly Candidate[]): string | null {
  const live = candidates.filter(isLive);
  const isOnly = new Set(live.map(idOf)).size === 1;
  const old = isOnly ? live.find(isInactive) : undefined;
  return old ? fullNameOf(old) : null;
}

/** In lower case; null for a record without a name that means one machine. */
export function fullNameOf({ machine }: Candidate): string | null {
  const parsed = HostName.parse(machine.computerDnsName ?? '');
  return parsed.ok && parsed.indicator.form === 'fullName' ? parsed.indicator.value : null;
}

function found(
  lookup: Lookup,
  known: readonly Candidate[],
  { step, answer }: AnsweredStep,
): readonly Candidate[] {
  const by = BROUGHT_BY[step];
  if (!by) return [];
  const via = step === 'namesake' ? oldNameOf(known) : viaOf(lookup, step);
  const all = answer.machines.map((machine) => ({ machine, by, via: via ?? '', step, hops: 0 }));
  switch (step) {
    case 'ipLastKnown':
      return all.filter(({ machine }) => isRecent(machine, lookup.subject.observedAt));
    case 'namesake':
      return all.filter(isLive);
    default:
      return all;
  }
}

/** The record that another was merged into is matched as that one was. */
function followed(known: readonly Candidate[], { machines }: DefenderAnswer): readonly Candidate[] {
  return machines.flatMap((machine) => {
    const origin = known.find((candidate) => targetOf(candidate) === machine.id.toLowerCase());
    return origin ? [{ ...origin, machine, hops: origin.hops + 1 }] : [];
  });
}

function viaOf({ indicator }: Lookup, step: StepName): string {
  if (indicator.kind === 'host' && step === 'hostLabel') return indicator.label;
  if (indicator.kind === 'alert') {
    const [first, other] = indicator.spellings();
    return (step === 'alertOtherSpelling' ? other : first)?.value ?? indicator.value;
  }
  return indicator.value;
}

function isRecent({ lastSeen }: Machine, observedAt: number): boolean {
  return Math.abs(Date.parse(lastSeen ?? '') - observedAt) <= LAST_KNOWN_WITHIN_MS;
}
