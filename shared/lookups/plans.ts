import type { IndicatorKind } from '../indicators/Indicator';
import type { LookupOf, PlanSettings } from '../kinds/Kind';
import { KINDS, type KindStepName } from '../kinds/kinds';
import { machineList, named } from '../kinds/machineList';
import { aboutAlternative, leadsToMachines } from '../records/alternatives';
import { candidatesOf, mergeTargets, oldNameOf, type Candidate } from '../records/candidates';
import type { Lookup } from './Lookup';
import { matchMachines } from '../records/matchMachines';
import { endingOf } from '../records/outcome';
import { strongMatches } from '../records/strongMatches';
import { answerOf, isOver, type Progress } from '../calls/Progress';
import { alternativeStep, MERGE_STEPS, type PlannedStep, type StepName } from '../calls/steps';

/** What the plan of the lookup's kind asks next. `nameOf`: what its steps are called; null: they are not taken. */
function nextOfKind<K extends IndicatorKind>(
  lookup: LookupOf<K>,
  progress: Progress,
  settings: PlanSettings,
  nameOf: (step: KindStepName) => StepName | null = (step) => step,
): PlannedStep | null {
  const kind: K = lookup.indicator.kind;
  const hasMachines = () => candidatesOf(lookup, progress).length > 0;
  let previous = null;
  for (const { step: stepOfKind, query } of KINDS[kind].steps) {
    const step = nameOf(stepOfKind);
    if (step === null) return null;
    const next = isOver(progress, step) ? null : query(lookup, { settings, previous, hasMachines });
    if (next) return { step, query: next };
    previous = answerOf(progress, step);
  }
  return null;
}

/** A record that was merged into another is followed to where it ends. */
function nextMergeTarget(candidates: readonly Candidate[], progress: Progress): PlannedStep | null {
  const asked = MERGE_STEPS.filter((step) => isOver(progress, step)).length;
  const id = mergeTargets(candidates)[asked];
  const step = MERGE_STEPS[asked];
  return id && step ? { step, query: { endpoint: 'machine', id } } : null;
}

/** A reimaged machine has a new id, while the old record stays for 180 days. Asked only before it is named to be acted on. */
function namesakeOf(candidates: readonly Candidate[], progress: Progress): PlannedStep | null {
  if (isOver(progress, 'namesake')) return null;
  const name = oldNameOf(candidates);
  const isToBeNamed = name !== null && strongMatches(progress, candidates).size > 0;
  return isToBeNamed ? { step: 'namesake', query: machineList(named(name)) } : null;
}

/** Further values of the same machine or file, if the value itself found nothing and no call is pending. */
function nextOfAlternatives(
  lookup: Lookup,
  progress: Progress,
  settings: PlanSettings,
): PlannedStep | null {
  const { alternatives } = lookup.subject;
  if (alternatives.length === 0) return null;
  const { outcome } = endingOf(lookup, progress, matchMachines(lookup, progress));
  if (outcome !== 'notSeen' && outcome !== 'invalid') return null;
  for (const index of alternatives.keys()) {
    const other = aboutAlternative(lookup, index);
    if (!other || !leadsToMachines(other, settings.internalIpRanges)) continue;
    const nameOf = (step: KindStepName) => alternativeStep({ index, step });
    const next = nextOfKind(other, progress, settings, nameOf);
    if (next) return next;
  }
  return null;
}

/** The lookup's next call, or null when none is left. */
export function nextStep(
  lookup: Lookup,
  progress: Progress,
  settings: PlanSettings,
): PlannedStep | null {
  const next = nextOfKind(lookup, progress, settings);
  if (next) return next;
  const candidates = candidatesOf(lookup, progress);
  return (
    nextMergeTarget(candidates, progress) ??
    namesakeOf(candidates, progress) ??
    nextOfAlternatives(lookup, progress, settings)
  );
}

/** The calls of the next step's endpoint that the lookup needs, that one included, if nothing is found. */
export function callsLeft(
  lookup: Lookup,
  progress: Progress,
  first: PlannedStep,
  settings: PlanSettings,
): number {
  let soFar = progress;
  let calls = 0;
  for (let next: PlannedStep | null = first; next; next = nextStep(lookup, soFar, settings)) {
    const { step, query } = next;
    if (query.endpoint === first.query.endpoint) calls += 1;
    soFar = [...soFar, { step, endpoint: query.endpoint, outcome: 'answered', ...NOTHING }];
  }
  return calls;
}

const NOTHING = {
  answer: { status: 404, machines: [], alerts: [], file: null, correlationId: null },
  calledAt: 0,
  fromCache: false,
  waitedMs: 0,
} as const;
