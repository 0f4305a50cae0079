import type { Machine } from '../../../shared/defender/DefenderAnswer';
import { candidatesOf, idOf } from '../../../shared/enrichment/candidates';
import type { Lookup } from '../../../shared/enrichment/Lookup';
import type { Progress } from '../../../shared/enrichment/Progress';
import { MERGE_STEPS, type StepName } from '../../../shared/enrichment/steps';
import { strongMatches } from '../../../shared/enrichment/strongMatches';
import {
  aLookup,
  aMachine,
  anAnswer,
  answeredStep,
  machineId,
  progressOf,
  unansweredStep,
} from './aLookup';

const ip = aLookup('ip', '10.1.2.3');
const fullName = aLookup('host', 'desktop-17.contoso.com');
const a = aMachine(machineId('a'));
const b = aMachine(machineId('b'));
const merged = (from: string, into: string) =>
  aMachine(machineId(from), { mergedIntoMachineId: machineId(into) });

/** Which machines are matched strong, when the step finds the first list and the merge targets answer the second. */
function strongIn(
  lookup: Lookup,
  step: StepName,
  found: readonly Machine[],
  targets: readonly (readonly Machine[])[],
): string[] {
  const followed = MERGE_STEPS.flatMap((merge, index) => {
    const machines = targets[index];
    return machines ? [answeredStep(merge, anAnswer({ machines }))] : [];
  });
  return strongAmong(lookup, [
    ...progressOf({ [step]: anAnswer({ machines: found }) }),
    ...followed,
  ]);
}

function strongAmong(lookup: Lookup, progress: Progress): string[] {
  const strong = strongMatches(lookup, progress, candidatesOf(lookup, progress));
  return [...strong].map((candidate) => idOf(candidate).slice(0, 1));
}

describe.each([
  { lookup: ip, step: 'findByIp' as const },
  { lookup: fullName, step: 'host' as const },
])('strongMatches() of merged records, by $step', ({ lookup, step }) => {
  const name = { computerDnsName: 'desktop-17.contoso.com' };
  const c = aMachine(machineId('c'), name);
  /** By itself this one would not count. */
  const astray = { ...merged('a', 'd'), ...name, healthStatus: 'Inactive' };

  it.each<{ title: string; found: Machine[]; targets: Machine[][]; strong: string[] }>([
    {
      title: 'one that was merged into the live one is that machine',
      found: [merged('a', 'b'), b],
      targets: [],
      strong: ['b'],
    },
    {
      title: 'two that were merged into the same machine are that machine',
      found: [merged('a', 'c'), merged('b', 'c')],
      targets: [[c]],
      strong: ['c'],
    },
    {
      title: 'two that were merged into different machines are two',
      found: [merged('a', 'c'), merged('b', 'd')],
      targets: [[c], [aMachine(machineId('d'))]],
      strong: [],
    },
    {
      title: 'three merges lead to one machine',
      found: [merged('a', 'b')],
      targets: [[merged('b', 'c')], [merged('c', 'd')], [aMachine(machineId('d'))]],
      strong: ['d'],
    },
    {
      title: 'one that was merged into a machine elsewhere is another machine',
      found: [merged('a', 'd'), c],
      targets: [[aMachine(machineId('d'), { onboardingStatus: 'CanBeOnboarded' })]],
      strong: [],
    },
    {
      title: 'one whose target is not there may be any machine',
      found: [astray, c],
      targets: [[]],
      strong: [],
    },
    {
      title: 'one whose target was not asked for may be any machine',
      found: [astray, c],
      targets: [],
      strong: [],
    },
    {
      title: 'one whose target is answered with another record may be any machine',
      found: [astray, c],
      targets: [[c]],
      strong: [],
    },
    {
      title: 'a circle of merges leads nowhere',
      found: [merged('a', 'b'), merged('b', 'a')],
      targets: [],
      strong: [],
    },
  ])('$title', ({ found, targets, strong }) => {
    expect(strongIn(lookup, step, found, targets)).toEqual(strong);
  });

  it('is weak when a merge target could not be read', () => {
    const progress: Progress = [
      ...progressOf({ [step]: anAnswer({ machines: [astray, c] }) }),
      unansweredStep('mergedInto', 'failed'),
    ];

    expect(strongAmong(lookup, progress)).toEqual([]);
  });
});

describe('strongMatches() with a step unanswered', () => {
  it('is weak even by Defender’s own key, if that step could bring another machine', () => {
    const old = aMachine(machineId('a'), {
      healthStatus: 'Inactive',
      computerDnsName: 'laptop-1.contoso.com',
    });
    const machine = aLookup('machine', old.id);
    const progress = progressOf({ machine: anAnswer({ machines: [old] }) });

    expect(strongAmong(machine, progress)).toEqual(['a']);
    expect(strongAmong(machine, [...progress, unansweredStep('namesake', 'expired')])).toEqual([]);
  });

  it('is strong if only the alerts could not be had', () => {
    const progress = progressOf({ findByIp: anAnswer({ machines: [a] }) });

    expect(strongAmong(ip, [...progress, unansweredStep('ipAlerts', 'denied')])).toEqual(['a']);
  });
});

describe('strongMatches() beside rows that could not be read', () => {
  const list = { total: null, skippedAt: [1], mistypedAt: [] };

  it.each([
    { lookup: ip, step: 'findByIp' as const },
    { lookup: fullName, step: 'host' as const },
    { lookup: aLookup('file', 'a'.repeat(40)), step: 'fileMachines' as const },
  ])('is none by $step, as they may be other machines', ({ lookup, step }) => {
    const found = { machines: [{ ...a, computerDnsName: 'desktop-17.contoso.com' }] };

    expect(strongAmong(lookup, progressOf({ [step]: anAnswer(found) }))).toEqual(['a']);
    expect(strongAmong(lookup, progressOf({ [step]: anAnswer({ ...found, list }) }))).toEqual([]);
  });
});
