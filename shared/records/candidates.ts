import type { Machine } from '../defender/DefenderAnswer';
import type { IndicatorKind } from '../indicators/Indicator';
import { MachineId } from '../indicators/MachineId';
import { fullNameOf } from '../kinds/host';
import type { LookupOf, MatchWindow } from '../kinds/Kind';
import { KINDS, type KindStepName, type MatchedBy } from '../kinds/kinds';
import type { Lookup } from '../lookups/Lookup';
import { answered, type AnsweredStep, type Progress } from '../calls/Progress';
import {
  alternativeOf,
  MERGE_STEPS,
  type AlternativeStep,
  type MergeStep,
  type StepName,
  type StepOfAlternative,
} from '../calls/steps';
import { aboutAlternative } from './alternatives';

/** A record that an answer holds, and how it matches. */
export interface Candidate {
  readonly machine: Machine;
  readonly by: MatchedBy;
  /** The value that Defender was asked for. */
  readonly via: string;
  readonly window: MatchWindow | null;
  /** Whether it has the value it was asked for by. */
  readonly isAsAsked: boolean;
  /** Whether it is safe to act on, if it is live: in any case, if it is the only one, or never. */
  readonly strong: 'each' | 'only' | 'none';
  /** How many merges lie between the record that was found and this one. */
  readonly hops: number;
}

/** Merges are followed this far. */
export const MAX_HOPS = 3;
const MERGES: ReadonlySet<string> = new Set(MERGE_STEPS);
/** What steps bring that belong to no kind; the one of the inventory is not taken by lookups. */
const BROUGHT_FOR_ANY_KIND: Readonly<
  Record<
    Exclude<StepName, KindStepName | AlternativeStep | MergeStep>,
    (known: readonly Candidate[], result: AnsweredStep) => readonly Candidate[]
  >
> = {
  namesake: namesakes,
  machineList: () => [],
};

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
    (known, result) => [...known, ...candidatesIn(lookup, known, result)],
    [],
  );
}

function candidatesIn(
  lookup: Lookup,
  known: readonly Candidate[],
  result: AnsweredStep,
): readonly Candidate[] {
  const { step } = result;
  if (MERGES.has(step)) return followed(known, result);
  const alternative = alternativeOf(step);
  if (alternative) return foundByAlternative(lookup, alternative, result);
  return isOfAnyKind(step)
    ? BROUGHT_FOR_ANY_KIND[step](known, result)
    : found(lookup, step, result);
}

function isOfAnyKind(step: StepName): step is keyof typeof BROUGHT_FOR_ANY_KIND {
  return Object.hasOwn(BROUGHT_FOR_ANY_KIND, step);
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
 * The full name of the one record in service, if that has been silent: the machine with that name today has likely
 * replaced it. A bare name, such as iphone, is shared by many.
 */
export function oldNameOf(candidates: readonly Candidate[]): string | null {
  const live = candidates.filter(isLive);
  const isOnly = new Set(live.map(idOf)).size === 1;
  const old = isOnly ? live.find(isInactive) : undefined;
  return old ? fullNameOf(old.machine) : null;
}

/** A message's further values, beside its most precise one, may be of another machine: never safe to act on. */
function foundByAlternative(
  lookup: Lookup,
  { index, step }: StepOfAlternative,
  result: AnsweredStep,
): readonly Candidate[] {
  const other = aboutAlternative(lookup, index);
  if (!other) return [];
  return found(other, step, result).map((each) => ({ ...each, strong: 'none' }));
}

/** By the rule of the step that brought them. */
function found<K extends IndicatorKind>(
  lookup: LookupOf<K>,
  step: StepName,
  result: AnsweredStep,
): readonly Candidate[] {
  const kind: K = lookup.indicator.kind;
  const rule = KINDS[kind].steps.find((each) => each.step === step)?.match;
  const { machines } = result.answer;
  if (!rule || machines.length === 0) return [];
  const { by, strong } = rule;
  const isOnly = typeof strong === 'function' && strong(lookup, result);
  const via = rule.via?.(lookup) ?? lookup.indicator.value;
  const window = rule.window?.(lookup) ?? null;
  return machines
    .filter((machine) => rule.counts?.(machine, lookup) ?? true)
    .map((machine) => ({
      machine,
      by,
      via,
      window,
      isAsAsked: rule.bears?.(machine, lookup) ?? true,
      strong: typeof strong === 'string' ? strong : isOnly ? 'only' : 'none',
      hops: 0,
    }));
}

/** Those in service that have the name today. */
function namesakes(known: readonly Candidate[], { answer }: AnsweredStep): readonly Candidate[] {
  const match = {
    by: 'computerDnsName',
    via: oldNameOf(known) ?? '',
    window: null,
    isAsAsked: true,
    strong: 'none',
    hops: 0,
  } as const;
  return answer.machines.map((machine) => ({ ...match, machine })).filter(isLive);
}

/** The record that another was merged into is matched as that one was. */
function followed(known: readonly Candidate[], { answer }: AnsweredStep): readonly Candidate[] {
  return answer.machines.flatMap((machine) => {
    const origin = known.find((candidate) => targetOf(candidate) === machine.id.toLowerCase());
    return origin ? [{ ...origin, machine, isAsAsked: true, hops: origin.hops + 1 }] : [];
  });
}
