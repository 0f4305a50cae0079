import type { Machine } from '../defender/DefenderAnswer';
import { askedAt, hasGivenTime, type Lookup } from './Lookup';
import { answered, type AnsweredStep, type Progress } from './Progress';
import type { StepName } from './steps';

type MatchedBy = 'findByIp' | 'lastIpAddress' | 'alert' | 'file' | 'machineId' | 'computerDnsName';

/** How a machine was found, as the record tells it. */
export interface Match {
  readonly by: MatchedBy;
  /** The value that Defender was asked for. */
  readonly via: string;
  /** `findByIp` only: the asked time (ISO 8601), and how far either way Defender looked. */
  readonly at?: string;
  readonly windowMinutes?: number;
  /** `strong` = safe to act on. */
  readonly strength: 'strong' | 'weak';
}

export interface MatchedMachine {
  readonly machine: Machine;
  readonly match: Match;
  /** In service under this id: not merged away, onboarded, and, when matched by name, not inactive. */
  readonly isLive: boolean;
}

/** Of the steps that say for themselves which machine is meant. */
const MATCHED_BY: Readonly<Partial<Record<StepName, MatchedBy>>> = {
  machine: 'machineId',
  alert: 'alert',
  alertOtherSpelling: 'alert',
  file: 'file',
  fileMachines: 'file',
  findByIp: 'findByIp',
  ipAlerts: 'findByIp',
  ipLastKnown: 'lastIpAddress',
  host: 'computerDnsName',
  hostLabel: 'computerDnsName',
  hostPrefix: 'computerDnsName',
};

/** learn.microsoft.com/defender-endpoint/api/find-machines-by-ip, read 2026-10: 15 minutes before and after. */
const FIND_BY_IP_WINDOW_MINUTES = 15;
/** An address last reported further from the observed time than this has likely changed hands. */
const LAST_KNOWN_WITHIN_MS = 7 * 24 * 3_600_000;

interface Candidate {
  readonly machine: Machine;
  readonly by: MatchedBy;
  readonly via: string;
  readonly step: StepName;
}

/** Every machine the answers hold, each once; the best matches first, then live ones, then the newest seen. */
export function matchMachines(lookup: Lookup, progress: Progress): readonly MatchedMachine[] {
  const candidates = withoutRepeats(
    answered(progress).flatMap((result) => candidatesOf(lookup, progress, result)),
  );
  const liveCount = candidates.filter(isLive).length;
  return candidates
    .map((candidate) => toMatch(lookup, candidate, liveCount))
    .sort(
      (a, b) =>
        Number(b.match.strength === 'strong') - Number(a.match.strength === 'strong') ||
        Number(b.isLive) - Number(a.isLive) ||
        (b.machine.lastSeen ?? '').localeCompare(a.machine.lastSeen ?? '') ||
        a.machine.id.localeCompare(b.machine.id),
    );
}

function candidatesOf(lookup: Lookup, progress: Progress, result: AnsweredStep): Candidate[] {
  const { step, answer } = result;
  if (step === 'mergedInto')
    return answer.machines.flatMap((machine) => followed(lookup, progress, machine));
  const by = MATCHED_BY[step];
  if (!by) return [];
  const via = viaOf(lookup, step);
  return answer.machines
    .filter((machine) => step !== 'ipLastKnown' || isRecent(machine, lookup.subject.observedAt))
    .map((machine) => ({ machine, by, via, step }));
}

/** The record that another was merged into is matched as that one was. */
function followed(lookup: Lookup, progress: Progress, machine: Machine): Candidate[] {
  const before = progress.filter(({ step }) => step !== 'mergedInto');
  const origin = answered(before)
    .flatMap((result) => candidatesOf(lookup, before, result))
    .find((candidate) => candidate.machine.mergedIntoMachineId === machine.id);
  return origin ? [{ ...origin, machine }] : [];
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

function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.toReversed().map((each) => [each.machine.id, each])).values()];
}

function isLive({ machine, by }: Candidate): boolean {
  return (
    machine.mergedIntoMachineId == null &&
    (machine.onboardingStatus ?? 'Onboarded') === 'Onboarded' &&
    !(by === 'computerDnsName' && machine.healthStatus === 'Inactive')
  );
}

function toMatch(lookup: Lookup, candidate: Candidate, liveCount: number): MatchedMachine {
  const live = isLive(candidate);
  const { machine, by, via } = candidate;
  const strength = live && isConclusive(lookup, candidate, liveCount) ? 'strong' : 'weak';
  const when =
    by === 'findByIp'
      ? { at: new Date(askedAt(lookup)).toISOString(), windowMinutes: FIND_BY_IP_WINDOW_MINUTES }
      : {};
  return { machine, match: { by, via, ...when, strength }, isLive: live };
}

function isConclusive(lookup: Lookup, { by, step }: Candidate, liveCount: number): boolean {
  switch (by) {
    case 'machineId':
    case 'alert':
    case 'file':
      return true;
    case 'findByIp':
      return liveCount === 1 && hasGivenTime(lookup.subject);
    case 'computerDnsName':
      return (
        liveCount === 1 &&
        step === 'host' &&
        lookup.indicator.kind === 'host' &&
        lookup.indicator.isFullName
      );
    case 'lastIpAddress':
      return false;
  }
}
