import type { DefenderQuery } from '../defender/DefenderQuery';
import type { EndpointId } from '../defender/endpointIds';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { KINDS, type KindStepName } from '../kinds/kinds';

/** One for each record that others were merged into; beyond that, records of one value stay unread. */
export const MERGE_STEPS = [
  'mergedInto',
  'mergedInto2',
  'mergedInto3',
  'mergedInto4',
  'mergedInto5',
  'mergedInto6',
  'mergedInto7',
  'mergedInto8',
  'mergedInto9',
  'mergedInto10',
] as const;
export type MergeStep = (typeof MERGE_STEPS)[number];

/** As many of an indicator's alternatives are tried. */
const TRIED = ['alt1', 'alt2', 'alt3', 'alt4', 'alt5'] as const;
export type AlternativeStep = `${(typeof TRIED)[number]}.${KindStepName}`;

const kindSteps = INDICATOR_KINDS.flatMap((kind) =>
  KINDS[kind].steps.map(({ step, endpoint }) => [step, endpoint] as const),
);
const alternativeSteps = TRIED.flatMap((name, index) =>
  kindSteps.map(([step, endpoint]) => ({ index, step, endpoint, as: `${name}.${step}` as const })),
);
const mergeSteps = MERGE_STEPS.map((step) => [step, 'machine'] as const);

/** The steps a lookup may take, as they are named in message ids and work blobs; each is one call of its endpoint. */
export const STEP_ENDPOINTS = {
  ...(Object.fromEntries([
    ...kindSteps,
    ...alternativeSteps.map(({ as, endpoint }) => [as, endpoint] as const),
    ...mergeSteps,
  ]) as Readonly<
    Record<KindStepName | AlternativeStep | MergeStep, EndpointId> // just made of them
  >),
  namesake: 'machines',
  machineList: 'machines',
} as const satisfies Readonly<Record<string, EndpointId>>;

export type StepName = keyof typeof STEP_ENDPOINTS;
export const STEP_NAMES = Object.keys(STEP_ENDPOINTS) as readonly StepName[]; // its own keys

/** A step of a kind's plan that is asked about one of the lookup's alternatives; `index`: that one's place among them. */
export interface StepOfAlternative {
  readonly index: number;
  readonly step: KindStepName;
}

const ALTERNATIVE_STEPS: ReadonlyMap<string, StepOfAlternative> = new Map(
  alternativeSteps.map(({ as, index, step }) => [as, { index, step }]),
);

/** Null: the step is about the lookup's own indicator. */
export const alternativeOf = (step: StepName): StepOfAlternative | null =>
  ALTERNATIVE_STEPS.get(step) ?? null;

/** As a step of a kind's plan is named when it is asked about an alternative; null: that one is not tried. */
export function alternativeStep({ index, step }: StepOfAlternative): AlternativeStep | null {
  const name = TRIED[index];
  return name ? `${name}.${step}` : null;
}

/** A call that a lookup needs next. */
export interface PlannedStep {
  readonly step: StepName;
  readonly query: DefenderQuery;
}
