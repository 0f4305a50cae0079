import type { ListNotes, Machine } from '../../../shared/defender/DefenderAnswer';
import { candidatesOf, idOf } from '../../../shared/records/candidates';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { Progress } from '../../../shared/calls/Progress';
import { MERGE_STEPS, type StepName } from '../../../shared/calls/steps';
import { strongMatches } from '../../../shared/records/strongMatches';
import {
  aLookup,
  aMachine,
  anAnswer,
  answeredStep,
  listNotes,
  machineId,
  NOW,
  progressOf,
  unansweredStep,
} from '../lookups/aLookup';

const ip = aLookup('ip', '10.1.2.3');
const fullName = aLookup('host', 'desktop-17.contoso.com');
const name = { computerDnsName: 'desktop-17.contoso.com' };
const a = aMachine(machineId('a'), name);
const b = aMachine(machineId('b'), name);
const merged = (from: string, into: string) =>
  aMachine(machineId(from), { ...name, mergedIntoMachineId: machineId(into) });

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
  const strong = strongMatches(progress, candidatesOf(lookup, progress));
  return [...strong].map((candidate) => idOf(candidate).slice(0, 1));
}

describe.each([
  { lookup: ip, step: 'findByIp' as const },
  { lookup: fullName, step: 'host' as const },
])('strongMatches() of merged records, by $step', ({ lookup, step }) => {
  const c = aMachine(machineId('c'), name);
  /** By itself this one would not count. */
  const astray = { ...merged('a', 'd'), healthStatus: 'Inactive' };

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

const LISTS: readonly { readonly lookup: Lookup; readonly step: StepName }[] = [
  { lookup: ip, step: 'findByIp' },
  { lookup: fullName, step: 'host' },
  { lookup: aLookup('file', 'a'.repeat(40)), step: 'fileMachines' },
];

describe.each(LISTS)('strongMatches() of a list that does not tell all, by $step', (question) => {
  const { lookup, step } = question;
  const strongWith = (list?: ListNotes) =>
    strongAmong(lookup, progressOf({ [step]: anAnswer({ machines: [a], list }) }));

  it.each([
    { what: 'without notes', list: undefined },
    { what: 'as many rows as were counted', list: listNotes({ total: 1 }) },
    { what: 'fewer counted than there are', list: listNotes({ total: 0 }) },
    {
      what: 'a field of another type that says nothing of it',
      list: listNotes({ mistypedAt: [0] }),
    },
  ])('is the only machine of a list with $what', ({ list }) => {
    expect(strongWith(list)).toEqual(['a']);
  });

  it.each([
    { what: 'a row that could not be read', list: listNotes({ skippedAt: [1] }) },
    { what: 'fewer rows than were counted', list: listNotes({ total: 2 }) },
    { what: 'a next page', list: listNotes({ hasNext: true }) },
    { what: 'a status of another type', list: listNotes({ mistypedAt: [0], unclearAt: [0] }) },
  ])('is none of a list with $what', ({ list }) => {
    expect(strongWith(list)).toEqual([]);
  });
});

describe('strongMatches() of a page as long as a service may cut it', () => {
  const old = Array.from({ length: 99 }, (_, index) =>
    aMachine(index.toString(16).padStart(40, '0'), { ...name, healthStatus: 'Inactive' }),
  );
  const strongWith = (list?: ListNotes) =>
    strongAmong(fullName, progressOf({ host: anAnswer({ machines: [a, ...old], list }) }));

  it('is none if nothing says that it is whole', () => {
    expect(strongWith()).toEqual([]);
  });

  it('is the live machine if the count does', () => {
    expect(strongWith(listNotes({ total: 100 }))).toEqual(['a']);
  });
});

describe('strongMatches() of a record that does not bear what was asked for', () => {
  const phone = (asked: string) => aLookup('host', asked);
  const called = (computerDnsName: string | null) => aMachine(machineId('a'), { computerDnsName });

  it.each([
    { what: 'in another letter case', record: called('DESKTOP-17.Contoso.COM'), strong: ['a'] },
    { what: 'of another machine', record: called('zz.fabrikam.com'), strong: [] },
    { what: 'that is not there', record: called(null), strong: [] },
  ])('is decided by the full name: one $what', ({ record, strong }) => {
    expect(strongIn(fullName, 'host', [record], [])).toEqual(strong);
  });

  it.each([
    { asked: "Max's iPad (2)", strong: ['a'] },
    { asked: "MAX'S IPAD (2)", strong: [] },
  ])('is decided by the exact name of a phone: $asked', ({ asked, strong }) => {
    expect(strongIn(phone(asked), 'host', [called("Max's iPad (2)")], [])).toEqual(strong);
  });

  it('is decided by the id', () => {
    expect(strongIn(aLookup('machine', machineId('a')), 'machine', [b], [])).toEqual([]);
  });

  it('makes the one beside it weak, as the answer is to another question', () => {
    expect(strongIn(fullName, 'host', [a, called('zz.fabrikam.com')], [])).toEqual([]);
  });

  it('does not apply to where merges lead: that machine may have been renamed', () => {
    const renamed = aMachine(machineId('c'), { computerDnsName: 'zz.fabrikam.com' });

    expect(strongIn(fullName, 'host', [merged('a', 'c')], [[renamed]])).toEqual(['c']);
  });
});

describe('strongMatches() by IP from the cache', () => {
  const OLDEST = { seenAt: NOW - 60_000, calledAt: NOW - 60_001 };

  it.each([
    { what: 'before the address was seen', ...OLDEST, fromCache: true, strong: [] },
    { what: 'when it was seen', seenAt: NOW, calledAt: NOW, fromCache: true, strong: ['a'] },
    {
      what: 'before the time of a sender whose clock is ahead',
      seenAt: NOW + 60_000,
      calledAt: NOW,
      fromCache: true,
      strong: ['a'],
    },
    {
      what: 'for itself, by a clock that is behind',
      ...OLDEST,
      fromCache: false,
      strong: ['a'],
    },
  ])('trusts an answer that was asked for $what: $strong', (given) => {
    const { seenAt, calledAt, fromCache, strong } = given;
    const lookup = aLookup('ip', '10.1.2.3', { subject: { observedAt: seenAt } });
    const step = answeredStep('findByIp', anAnswer({ machines: [a] }));

    expect(strongAmong(lookup, [{ ...step, calledAt, fromCache }])).toEqual(strong);
  });
});

describe('strongMatches() of an inactive record whose name another bears today', () => {
  const old = { ...a, healthStatus: 'Inactive' };

  it('is none by IP', () => {
    const found = progressOf({ findByIp: anAnswer({ machines: [old] }) });

    expect(strongAmong(ip, found)).toEqual(['a']);
    expect(
      strongAmong(ip, [...found, answeredStep('namesake', anAnswer({ machines: [old, b] }))]),
    ).toEqual([]);
  });
});
