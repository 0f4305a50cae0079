import type { DefenderQuery } from '../defender/DefenderQuery';
import type { ODataFilter } from '../defender/odata';
import { FileHash } from '../indicators/FileHash';
import type { HostName } from '../indicators/HostName';
import { candidatesOf, mergeTargets, oldNameOf } from '../records/candidates';
import { askedAt, type Lookup } from './Lookup';
import { matchMachines } from '../records/matchMachines';
import { answerOf, isOver, type Progress } from '../calls/Progress';
import { MERGE_STEPS, type PlannedStep, type StepName } from '../calls/steps';

/** Which of the optional questions are asked at all. */
export interface PlanSettings {
  readonly ipAlerts: boolean;
  readonly ipLastKnown: boolean;
}

type Plan<L extends Lookup = Lookup> = readonly {
  readonly step: StepName;
  /** What to ask, given what is known; null when there is nothing to ask. */
  readonly query: (lookup: L, progress: Progress, settings: PlanSettings) => DefenderQuery | null;
}[];

type LookupOf<K extends Lookup['indicator']['kind']> = Lookup & {
  readonly indicator: Extract<Lookup['indicator'], { kind: K }>;
};

/** More machines than this behind one IP or name identify none of them. */
const LIST_TOP = 1000;

const list = (filter: ODataFilter): DefenderQuery => ({
  endpoint: 'machines',
  filter,
  top: LIST_TOP,
  skip: 0,
  count: 'ifTaken',
});

const named = (name: string): ODataFilter => ({
  op: 'eq',
  property: 'computerDnsName',
  value: name,
});
const nameStartsWith = (prefix: string): ODataFilter => ({
  op: 'startswith',
  property: 'computerDnsName',
  value: prefix,
});

const hasMachines = (lookup: Lookup, progress: Progress): boolean =>
  matchMachines(lookup, progress).length > 0;

const machinePlan: Plan<LookupOf<'machine'>> = [
  {
    step: 'machine',
    query: ({ indicator }) =>
      indicator.issuer === 'defender' ? { endpoint: 'machine', id: indicator } : null,
  },
  {
    step: 'entraDevice',
    query: ({ indicator }) =>
      indicator.issuer === 'entra'
        ? list({ op: 'eq', property: 'aadDeviceId', value: indicator.value })
        : null,
  },
];

const alertPlan: Plan<LookupOf<'alert'>> = [
  {
    step: 'alert',
    query: ({ indicator }) => ({ endpoint: 'alertMachine', alertId: indicator.spellings()[0] }),
  },
  {
    step: 'alertOtherSpelling',
    query: ({ indicator }, progress) => {
      const [, other] = indicator.spellings();
      const isMissing = answerOf(progress, 'alert')?.status === 404;
      return other && isMissing ? { endpoint: 'alertMachine', alertId: other } : null;
    },
  },
];

/** `files/{id}/machines` knows SHA-1 only, so another hash is translated first. */
const filePlan: Plan<LookupOf<'file'>> = [
  {
    step: 'file',
    query: ({ indicator }) =>
      indicator.algorithm === 'sha1' ? null : { endpoint: 'file', hash: indicator },
  },
  {
    step: 'fileMachines',
    query: ({ indicator }, progress) => {
      const sha1 = indicator.algorithm === 'sha1' ? indicator : sha1Of(progress);
      return sha1 && { endpoint: 'fileMachines', sha1 };
    },
  },
];

function sha1Of(progress: Progress): FileHash | null {
  const parsed = FileHash.parse(answerOf(progress, 'file')?.file?.sha1 ?? '');
  return parsed.ok ? parsed.indicator : null;
}

const ipPlan: Plan<LookupOf<'ip'>> = [
  {
    step: 'findByIp',
    query: (lookup) =>
      lookup.asks !== 'alerts' && lookup.subject.scope === 'internal'
        ? { endpoint: 'findByIp', ip: lookup.indicator, at: askedAt(lookup) }
        : null,
  },
  {
    step: 'ipAlerts',
    query: ({ indicator, asks }, _progress, { ipAlerts }) =>
      asks === 'alerts' || (asks === 'all' && ipAlerts)
        ? { endpoint: 'ipAlerts', ip: indicator }
        : null,
  },
  {
    step: 'ipLastKnown',
    query: (lookup, progress, { ipLastKnown }) =>
      ipLastKnown &&
      lookup.asks !== 'alerts' &&
      lookup.subject.scope === 'internal' &&
      !hasMachines(lookup, progress)
        ? list({ op: 'eq', property: 'lastIpAddress', value: lookup.indicator.value })
        : null,
  },
];

const hostPlan: Plan<LookupOf<'host'>> = [
  { step: 'host', query: ({ indicator }) => list(ownName(indicator)) },
  {
    step: 'hostLabel',
    query: (lookup, progress) =>
      lookup.indicator.form === 'fullName' && !hasMachines(lookup, progress)
        ? list(named(lookup.indicator.label))
        : null,
  },
  {
    step: 'hostPrefix',
    query: (lookup, progress) =>
      lookup.indicator.maybeCutNetBios && !hasMachines(lookup, progress)
        ? list(nameStartsWith(lookup.indicator.value))
        : null,
  },
];

/** A bare name also stands for every full name that begins with it. */
function ownName({ value, isWhole }: HostName): ODataFilter {
  if (isWhole) return named(value);
  return { op: 'or', operands: [named(value), nameStartsWith(`${value}.`)] };
}

/** A record that was merged into another is followed to where it ends. */
function nextMergeTarget(lookup: Lookup, progress: Progress): PlannedStep | null {
  const asked = MERGE_STEPS.filter((step) => isOver(progress, step)).length;
  const id = mergeTargets(candidatesOf(lookup, progress))[asked];
  const step = MERGE_STEPS[asked];
  return id && step ? { step, query: { endpoint: 'machine', id } } : null;
}

/** A reimaged machine has a new id, while the old record stays for 180 days. Asked only before it is named to be acted on. */
const namesakePlan: Plan = [
  {
    step: 'namesake',
    query: (lookup, progress) => {
      const matches = matchMachines(lookup, progress);
      const isToBeNamed = matches.some(({ match }) => match.strength === 'strong');
      const name = isToBeNamed ? oldNameOf(candidatesOf(lookup, progress)) : null;
      return name === null ? null : list(named(name));
    },
  },
];

function planFor(lookup: Lookup): Plan {
  // Each plan reads the indicator of the kind it is filed under.
  const plans = {
    machine: machinePlan,
    alert: alertPlan,
    file: filePlan,
    ip: ipPlan,
    host: hostPlan,
  } as Readonly<Record<Lookup['indicator']['kind'], Plan>>;
  return plans[lookup.indicator.kind];
}

/** The lookup's next call, or null when there is nothing left to ask. */
export function nextStep(
  lookup: Lookup,
  progress: Progress,
  settings: PlanSettings,
): PlannedStep | null {
  const nextOf = (plan: Plan): PlannedStep | null => {
    for (const { step, query } of plan) {
      const next = isOver(progress, step) ? null : query(lookup, progress, settings);
      if (next) return { step, query: next };
    }
    return null;
  };
  return nextOf(planFor(lookup)) ?? nextMergeTarget(lookup, progress) ?? nextOf(namesakePlan);
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
