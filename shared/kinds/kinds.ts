import { INDICATOR_KINDS, type IndicatorKind } from '../indicators/Indicator';
import { alert } from './alert';
import { file } from './file';
import { host } from './host';
import { ip } from './ip';
import type { Kind } from './Kind';
import { machine } from './machine';

const TABLE = { ip, file, alert, machine, host } as const satisfies {
  readonly [K in IndicatorKind]: Kind<K>;
};

type AnyStep = (typeof TABLE)[IndicatorKind]['steps'][number];

/** The steps that some kind of indicator may take. */
export type KindStepName = AnyStep['step'];
/** How a machine was found, as the record names it. */
export type MatchedBy = NonNullable<AnyStep['match']>['by'];

/** Every kind of indicator. One without a plan does not compile, nor does a step whose machines match by no rule. */
export const KINDS: { readonly [K in IndicatorKind]: Kind<K, KindStepName, MatchedBy> } = TABLE;

const STEPS = INDICATOR_KINDS.flatMap((kind) =>
  KINDS[kind].steps.map(({ step, match }) => ({ step, by: match?.by ?? null })),
);
export const MATCHED_BY: readonly MatchedBy[] = [...new Set(STEPS.flatMap(({ by }) => by ?? []))];
/** Their answers hold no machines. */
export const STEPS_WITHOUT_MACHINES: ReadonlySet<string> = new Set(
  STEPS.filter(({ by }) => by === null).map(({ step }) => step),
);

/** As messages to people list them. */
export const ANY_KIND = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  INDICATOR_KINDS.map((kind) => KINDS[kind].noun),
);
