import fc from 'fast-check';
import type { Machine } from '../../../shared/defender/DefenderAnswer';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { matchMachines } from '../../../shared/records/matchMachines';
import { nextStep } from '../../../shared/lookups/plans';
import type { Progress } from '../../../shared/calls/Progress';
import type { StepName } from '../../../shared/calls/steps';
import { summarise } from '../../../shared/records/summarise';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  answeredStep,
  machineId,
  notFound,
} from '../lookups/aLookup';

const DIGITS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const digit = fc.constantFrom(...DIGITS);

/** What Defender says of a record, wherever it says it. */
const world: fc.Arbitrary<ReadonlyMap<string, Machine>> = fc
  .tuple(
    ...DIGITS.map((id) =>
      fc
        .record({
          mergedInto: fc.option(digit, { freq: 2 }),
          onboardingStatus: fc.constantFrom('Onboarded', 'Onboarded', 'CanBeOnboarded'),
          healthStatus: fc.constantFrom('Active', 'Active', 'Inactive'),
          computerDnsName: fc.constantFrom('x.contoso.com', 'x.contoso.com', 'y.contoso.com', null),
        })
        .map(({ mergedInto, ...fields }) =>
          aMachine(machineId(id), {
            ...fields,
            mergedIntoMachineId: mergedInto && machineId(mergedInto),
          }),
        ),
    ),
  )
  .map((machines) => new Map(machines.map((machine) => [machine.id, machine])));

/** A question, and the step whose answer varies. */
const questions: readonly { readonly lookup: Lookup; readonly step: StepName }[] = [
  { lookup: aLookup('ip', '10.1.2.3'), step: 'findByIp' },
  { lookup: aLookup('host', 'x.contoso.com'), step: 'host' },
  { lookup: aLookup('host', 'x'), step: 'host' },
  { lookup: aLookup('file', '3395856ce81f2b7382dee72602f798b642f14140'), step: 'fileMachines' },
  { lookup: aLookup('alert', 'da637472900382838869_1364969609'), step: 'alert' },
  { lookup: aLookup('machine', machineId('a')), step: 'machine' },
  { lookup: aLookup('machine', machineId('a')), step: 'namesake' },
  { lookup: aLookup('alert', 'da637472900382838869_1364969609'), step: 'namesake' },
  {
    lookup: aLookup('machine', machineId('9'), {
      subject: { alternatives: alternatives(['host', 'x.contoso.com']) },
    }),
    step: 'alt1.host',
  },
];

interface Case {
  readonly known: ReadonlyMap<string, Machine>;
  /** Records that cannot be asked for by id any more. */
  readonly gone: readonly string[];
  readonly ids: readonly string[];
  readonly question: (typeof questions)[number];
}

/** Takes all steps; the varied one is answered with the records of `ids`. */
function conclude(each: Case, ids: readonly string[]) {
  const { lookup } = each.question;
  const matches = matchMachines(lookup, progressOf(each, ids));
  const matched = new Set(matches.map(({ machine }) => machine.id));
  const targets = matches.flatMap(({ machine }) => machine.mergedIntoMachineId ?? []);
  return {
    machineId: summarise(lookup, matches, []).machineId,
    hasLive: matches.some(({ isLive }) => isLive),
    missing: targets.filter((id) => !matched.has(id)),
  };
}

function progressOf(
  { known, gone, question: { lookup, step } }: Case,
  ids: readonly string[],
): Progress {
  let progress: Progress = [];
  for (;;) {
    const planned = nextStep(lookup, progress, {
      internalIpRanges: [],
      ipAlerts: false,
      ipLastKnown: false,
    });
    if (!planned) return progress;
    const { query } = planned;
    const asked = query.endpoint === 'machine' ? [query.id.value] : [];
    const answered = planned.step === step ? ids : asked.filter((id) => !gone.includes(id));
    const machines = answered.flatMap((id) => known.get(id) ?? []);
    const answer = machines.length > 0 ? anAnswer({ machines }) : notFound;
    progress = [...progress, answeredStep(planned.step, answer)];
  }
}

const cases: fc.Arbitrary<Case> = fc.record({
  known: world,
  gone: fc.subarray(DIGITS.map(machineId)),
  ids: fc.array(digit.map(machineId), { maxLength: 5 }),
  question: fc.constantFrom(...questions),
});
const added = fc.record({ id: digit.map(machineId), at: fc.nat(5) });
const RUNS = { numRuns: 2_000 };

describe('summary.machineId', () => {
  it('is never changed into another by one more record in an answer', () => {
    fc.assert(
      fc.property(cases, added, (each, { id, at }) => {
        const before = conclude(each, each.ids);
        fc.pre(before.machineId !== null);

        const after = conclude(each, each.ids.toSpliced(at, 0, id));

        expect([before.machineId, null]).toContain(after.machineId);
      }),
      RUNS,
    );
  });

  it('does not appear with one more record beside a live machine, unless that was the missing target of a merge', () => {
    fc.assert(
      fc.property(cases, added, (each, { id, at }) => {
        const before = conclude(each, each.ids);
        fc.pre(before.machineId === null && before.hasLive && !before.missing.includes(id));

        expect(conclude(each, each.ids.toSpliced(at, 0, id)).machineId).toBeNull();
      }),
      RUNS,
    );
  });

  it('is always that of a live machine', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const { machineId: id } = conclude(each, each.ids);
        fc.pre(id !== null);

        expect(each.known.get(id)).toMatchObject({
          mergedIntoMachineId: null,
          onboardingStatus: 'Onboarded',
        });
      }),
      RUNS,
    );
  });
});

describe('alternatives', () => {
  const others = alternatives(['host', 'y.contoso.com'], ['ip', '10.1.2.4']);

  it('change nothing of a lookup whose own value is found', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const { lookup, step } = each.question;
        const alone = { ...lookup, subject: { ...lookup.subject, alternatives: [] } };
        const without = progressOf({ ...each, question: { lookup: alone, step } }, each.ids);
        fc.pre(matchMachines(alone, without).length > 0);
        const tied = { ...lookup, subject: { ...lookup.subject, alternatives: others } };
        const beside = progressOf({ ...each, question: { lookup: tied, step } }, each.ids);

        expect(beside).toEqual(without);
        expect(matchMachines(tied, beside)).toEqual(matchMachines(alone, without));
      }),
      { numRuns: 500 },
    );
  });

  it('never name a machine to act on', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const lookup = aLookup('machine', machineId('9'), {
          subject: { alternatives: [...others, ...others] },
        });
        const step = 'alt1.host';

        const { machineId: id } = conclude({ ...each, question: { lookup, step } }, each.ids);

        expect(id).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
