import type { IndicatorKind } from '../indicators/Indicator';
import type { LookupOf, PlanSettings } from '../kinds/Kind';
import { KINDS } from '../kinds/kinds';
import { machineList, named } from '../kinds/machineList';
import { candidatesOf, mergeTargets, oldNameOf } from '../records/candidates';
import type { Lookup } from './Lookup';
import { matchMachines } from '../records/matchMachines';
import { answerOf, isOver, type Progress } from '../calls/Progress';
import { MERGE_STEPS, type PlannedStep } from '../calls/steps';

/** What the plan of the lookup's kind asks next. */
function nextOfKind<K extends IndicatorKind>(
  lookup: LookupOf<K>,
  progress: Progress,
  settings: PlanSettings,
): PlannedStep | null {
  const kind: K = lookup.indicator.kind;
  const hasMachines = () => matchMachines(lookup, progress).length > 0;
  let previous = null;
  for (const { step, query } of KINDS[kind].steps) {
    const next = isOver(progress, step) ? null : query(lookup, { settings, previous, hasMachines });
    if (next) return { step, query: next };
    previous = answerOf(progress, step);
  }
  return null;
}

/** A record that was merged into another is followed to where it ends. */
function nextMergeTarget(lookup: Lookup, progress: Progress): PlannedStep | null {
  const asked = MERGE_STEPS.filter((step) => isOver(progress, step)).length;
  const id = mergeTargets(candidatesOf(lookup, progress))[asked];
  const step = MERGE_STEPS[asked];
  return id && step ? { step, query: { endpoint: 'machine', id } } : null;
}

/** A reimaged machine has a new id, while the old record stays for 180 days. Asked only before it is named to be acted on. */
function namesakeOf(lookup: Lookup, progress: Progress): PlannedStep | null {
  if (isOver(progress, 'namesake')) return null;
  const matches = matchMachines(lookup, progress);
  const isToBeNamed = matches.some(({ match }) => match.strength === 'strong');
  const name = isToBeNamed ? oldNameOf(candidatesOf(lookup, progress)) : null;
  return name === null ? null : { step: 'namesake', query: machineList(named(name)) };
}

/** The lookup's next call, or null when there is nothing left to ask. */
export function nextStep(
  lookup: Lookup,
  progress: Progress,
  settings: PlanSettings,
): PlannedStep | null {
  return (
    nextOfKind(lookup, progress, settings) ??
    nextMergeTarget(lookup, progress) ??
    namesakeOf(lookup, progress)
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
