import type { DefenderQuery } from '../defender/DefenderQuery';
import type { EndpointId } from '../defender/endpointIds';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { KINDS, type KindStepName } from '../kinds/kinds';

/** One for each record that others were merged into; of more behind one value, the rest stays unread. */
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

const kindSteps = INDICATOR_KINDS.flatMap((kind) =>
  KINDS[kind].steps.map(({ step, endpoint }) => [step, endpoint] as const),
);
const mergeSteps = MERGE_STEPS.map((step) => [step, 'machine'] as const);

/** The steps a lookup may take, as they are named in message ids and work blobs; each is one call of its endpoint. */
export const STEP_ENDPOINTS = {
  ...(Object.fromEntries([...kindSteps, ...mergeSteps]) as Readonly<
    Record<KindStepName | MergeStep, EndpointId> // just made of them
  >),
  namesake: 'machines',
  machineList: 'machines',
} as const satisfies Readonly<Record<string, EndpointId>>;

export type StepName = keyof typeof STEP_ENDPOINTS;
export const STEP_NAMES = Object.keys(STEP_ENDPOINTS) as readonly StepName[]; // its own keys

/** A call that a lookup needs next. */
export interface PlannedStep {
  readonly step: StepName;
  readonly query: DefenderQuery;
}
