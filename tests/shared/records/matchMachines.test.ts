import type { Machine } from '../../../shared/defender/DefenderAnswer';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { matchMachines } from '../../../shared/records/matchMachines';
import type { StepName } from '../../../shared/calls/steps';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  machineId,
  NOW,
  notFound,
  progressOf,
} from '../lookups/aLookup';

const DAY_MS = 86_400_000;
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const a = aMachine(machineId('a'));
const b = aMachine(machineId('b'));
const sha1 = aLookup('file', '3395856ce81f2b7382dee72602f798b642f14140');
const ip = aLookup('ip', '10.1.2.3');
const fullName = aLookup('host', 'desktop-17.contoso.com');
const discovered = aMachine(machineId('b'), { onboardingStatus: 'CanBeOnboarded' });
const merged = (from: string, into: string) =>
  aMachine(machineId(from), { mergedIntoMachineId: machineId(into) });

/** First digit of the id and strength of each match, in order. */
function matched(lookup: Lookup, step: StepName, machines: readonly Machine[]): string[] {
  return matchMachines(lookup, progressOf({ [step]: anAnswer({ machines }) })).map(
    ({ machine, match }) => `${machine.id.slice(0, 1)} ${match.by} ${match.strength}`,
  );
}

describe('matchMachines()', () => {
  it.each<{ title: string; lookup: Lookup; step: StepName; machines: Machine[]; is: string[] }>([
    {
      title: "is strong for Defender's own key",
      lookup: aLookup('machine', machineId('a')),
      step: 'machine',
      machines: [a],
      is: ['a machineId strong'],
    },
    {
      title: 'is strong for every machine of a file',
      lookup: sha1,
      step: 'fileMachines',
      machines: [a, b],
      is: ['a file strong', 'b file strong'],
    },
    {
      title: 'is strong for the only live machine behind an IP at a given time',
      lookup: ip,
      step: 'findByIp',
      machines: [a],
      is: ['a findByIp strong'],
    },
    {
      title: 'is weak for an IP whose time is only that of the message queue',
      lookup: aLookup('ip', '10.1.2.3', { subject: { observedAtFrom: 'enqueued' } }),
      step: 'findByIp',
      machines: [a],
      is: ['a findByIp weak'],
    },
    {
      title: 'is weak for two live machines behind one IP',
      lookup: ip,
      step: 'findByIp',
      machines: [a, b],
      is: ['a findByIp weak', 'b findByIp weak'],
    },
    {
      title: 'is weak beside a device that had the same IP, though that is only discovered',
      lookup: ip,
      step: 'findByIp',
      machines: [discovered, a],
      is: ['a findByIp weak', 'b findByIp weak'],
    },
    {
      title: 'is weak beside a device of the same bare name, which many may bear',
      lookup: ip,
      step: 'findByIp',
      machines: [
        { ...discovered, computerDnsName: 'iphone' },
        { ...a, computerDnsName: 'iPhone' },
      ],
      is: ['a findByIp weak', 'b findByIp weak'],
    },
    {
      title: 'is strong beside a discovered device that bears the same full name',
      lookup: ip,
      step: 'findByIp',
      machines: [
        { ...discovered, computerDnsName: 'LAPTOP-1.contoso.com' },
        { ...a, computerDnsName: 'laptop-1.contoso.com' },
      ],
      is: ['a findByIp strong', 'b findByIp weak'],
    },
    {
      title: 'is weak beside a second live machine of the same full name',
      lookup: ip,
      step: 'findByIp',
      machines: [a, b].map((machine) => ({ ...machine, computerDnsName: 'laptop-1.contoso.com' })),
      is: ['a findByIp weak', 'b findByIp weak'],
    },
    {
      title: 'is strong for one live machine of a full name, beside records out of service',
      lookup: fullName,
      step: 'host',
      machines: [
        a,
        aMachine(machineId('b'), { healthStatus: 'Inactive' }),
        aMachine(machineId('c'), { onboardingStatus: 'CanBeOnboarded' }),
      ].map((machine) => ({ ...machine, computerDnsName: 'desktop-17.contoso.com' })),
      is: ['a computerDnsName strong', 'b computerDnsName weak', 'c computerDnsName weak'],
    },
    {
      title: 'is strong for the one live machine that bears exactly the name of a phone',
      lookup: aLookup('host', "Max's iPad (2)"),
      step: 'host',
      machines: [{ ...a, computerDnsName: "Max's iPad (2)" }],
      is: ['a computerDnsName strong'],
    },
    {
      title: 'is weak for an id that is not Defender’s own',
      lookup: aLookup('machine', '9b1a5c3e-1111-4222-8333-abcdefabcdef'),
      step: 'entraDevice',
      machines: [a],
      is: ['a aadDeviceId weak'],
    },
    {
      title: 'is weak for a bare name',
      lookup: aLookup('host', 'desktop-17'),
      step: 'host',
      machines: [a],
      is: ['a computerDnsName weak'],
    },
    ...['MÜLLER-PC', 'R&D-PC', 'iPhone'].map((name) => ({
      title: `is weak for a bare name, whatever its letters: ${name}`,
      lookup: aLookup('host', name),
      step: 'host' as const,
      machines: [a],
      is: ['a computerDnsName weak'],
    })),
    {
      title: 'is weak for the first label of a full name',
      lookup: aLookup('host', 'desktop-17.contoso.com'),
      step: 'hostLabel',
      machines: [a],
      is: ['a computerDnsName weak'],
    },
    {
      title: 'is weak for the last known address, and only within seven days of the observed time',
      lookup: ip,
      step: 'ipLastKnown',
      machines: [
        aMachine(machineId('a'), { lastSeen: ago(6 * DAY_MS) }),
        aMachine(machineId('b'), { lastSeen: ago(8 * DAY_MS) }),
        aMachine(machineId('c'), { lastSeen: null }),
      ],
      is: ['a lastIpAddress weak'],
    },
  ])('$title', ({ lookup, step, machines, is }) => {
    expect(matched(lookup, step, machines)).toEqual(is);
  });

  it('puts strong before weak, live before not, and the newest seen first', () => {
    const machines = [
      aMachine(machineId('d'), { onboardingStatus: 'Unsupported' }),
      aMachine(machineId('e'), { lastSeen: null }),
      aMachine(machineId('c'), { lastSeen: ago(3 * DAY_MS) }),
      aMachine(machineId('b'), { lastSeen: ago(1 * DAY_MS) }),
    ];

    expect(matched(sha1, 'fileMachines', machines)).toEqual([
      'b file strong',
      'c file strong',
      'e file strong',
      'd file weak',
    ]);
  });

  it('names a machine once, however often it is in the answers', () => {
    expect(matched(sha1, 'fileMachines', [a, a])).toHaveLength(1);
  });

  it('names a machine once, in whatever case its id comes', () => {
    expect(matched(sha1, 'fileMachines', [a, { ...a, id: a.id.toUpperCase() }])).toHaveLength(1);
  });

  it('matches the machine that another was merged into as that one was matched', () => {
    const progress = progressOf({
      findByIp: anAnswer({ machines: [merged('a', 'b')] }),
      mergedInto: anAnswer({ machines: [b] }),
    });

    const matches = matchMachines(ip, progress).map(({ machine, match, isLive }) => ({
      id: machine.id,
      ...match,
      isLive,
    }));

    const match = { by: 'findByIp', via: '10.1.2.3', at: '2026-11-20T08:15:00.000Z' };
    expect(matches).toEqual([
      { id: machineId('b'), ...match, windowMinutes: 15, strength: 'strong', isLive: true },
      { id: machineId('a'), ...match, windowMinutes: 15, strength: 'weak', isLive: false },
    ]);
  });
});

describe('matchMachines() by an alternative', () => {
  const lookup = aLookup('machine', machineId('f'), {
    subject: {
      alternatives: alternatives(
        ['alert', 'da637472900382838869_1364969609'],
        ['host', 'desktop-17.contoso.com'],
        ['ip', '10.1.2.3'],
      ),
    },
  });
  const at = { at: '2026-11-20T08:15:00.000Z', windowMinutes: 15 };

  it.each<{ step: StepName; match: object }>([
    { step: 'alt1.alert', match: { by: 'alert', via: 'da637472900382838869_1364969609' } },
    { step: 'alt2.host', match: { by: 'computerDnsName', via: 'desktop-17.contoso.com' } },
    { step: 'alt2.hostLabel', match: { by: 'computerDnsName', via: 'desktop-17' } },
    { step: 'alt3.findByIp', match: { by: 'findByIp', via: '10.1.2.3', ...at } },
    { step: 'alt3.ipLastKnown', match: { by: 'lastIpAddress', via: '10.1.2.3' } },
  ])('names it, and is weak: $step', ({ step, match }) => {
    const named = aMachine(machineId('a'), { computerDnsName: 'desktop-17.contoso.com' });
    const progress = progressOf({ machine: notFound, [step]: anAnswer({ machines: [named] }) });

    const matches = matchMachines(lookup, progress);

    expect(matches.map((each) => each.match)).toEqual([{ ...match, strength: 'weak' }]);
  });

  it('is weak also for the machine that another was merged into', () => {
    const progress = progressOf({
      machine: notFound,
      'alt1.alert': anAnswer({ machines: [merged('a', 'b')] }),
      mergedInto: anAnswer({ machines: [b] }),
    });

    const matches = matchMachines(lookup, progress);

    expect(matches.map(({ machine, match }) => [machine.id, match.strength])).toEqual([
      [machineId('b'), 'weak'],
      [machineId('a'), 'weak'],
    ]);
  });

  it('holds nothing that a step about a value no longer there brought', () => {
    const progress = progressOf({ 'alt5.host': anAnswer({ machines: [a] }) });

    expect(matchMachines(lookup, progress)).toEqual([]);
  });
});

describe('matchMachines() of an inactive record that was asked for by its id', () => {
  const name = { computerDnsName: 'laptop-1.contoso.com' };
  const old = aMachine(machineId('a'), { ...name, healthStatus: 'Inactive' });

  it('puts the record that was asked for first, though the list by name holds it again as active', () => {
    const progress = progressOf({
      machine: anAnswer({ machines: [old] }),
      namesake: anAnswer({
        machines: [
          aMachine(machineId('b'), name),
          { ...old, healthStatus: 'Active', lastSeen: ago(2 * DAY_MS) },
        ],
      }),
    });

    const matches = matchMachines(aLookup('machine', old.id), progress);

    expect(matches.map(({ machine, match }) => [machine.id, match.strength])).toEqual([
      [old.id, 'strong'],
      [machineId('b'), 'weak'],
    ]);
  });

  it('lists who bears the name today, weak, and no former ones', () => {
    const namesakes = [
      old,
      aMachine(machineId('b'), name),
      aMachine(machineId('c'), { ...name, healthStatus: 'Inactive' }),
    ];
    const progress = progressOf({
      machine: anAnswer({ machines: [old] }),
      namesake: anAnswer({ machines: namesakes }),
    });

    const matches = matchMachines(aLookup('machine', old.id), progress);

    expect(
      matches.map(({ machine, match, isLive }) => ({ id: machine.id, match, isLive })),
    ).toEqual([
      {
        id: old.id,
        match: { by: 'machineId', via: old.id, strength: 'strong' },
        isLive: true,
      },
      {
        id: machineId('b'),
        match: { by: 'computerDnsName', via: 'laptop-1.contoso.com', strength: 'weak' },
        isLive: true,
      },
    ]);
  });
});
