import type { Lookup } from '../../../shared/lookups/Lookup';
import { matchMachines } from '../../../shared/records/matchMachines';
import { endingOf, incompleteSteps } from '../../../shared/records/outcome';
import type { Progress } from '../../../shared/calls/Progress';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  listNotes,
  machineId,
  notFound,
  progressOf,
  unansweredStep,
} from '../lookups/aLookup';

const internal = aLookup('ip', '10.1.2.3');
const external = aLookup('ip', '198.51.100.7');
const device = aLookup('machine', machineId('a'));
const named = aLookup('machine', machineId('a'), {
  subject: { alternatives: alternatives(['host', 'desktop-17.contoso.com']) },
});
const nothing = anAnswer();
const unreadRow = anAnswer({ list: listNotes({ skippedAt: [0] }) });

const endOf = (lookup: Lookup, progress: Progress) => {
  const { outcome, reason } = endingOf(lookup, progress, matchMachines(lookup, progress));
  return [outcome, reason?.code ?? null];
};

describe('endingOf()', () => {
  it.each<{ title: string; lookup: Lookup; progress: Progress; is: [string, string | null] }>([
    {
      title: 'with a machine',
      lookup: device,
      progress: progressOf({ machine: anAnswer({ machines: [aMachine(machineId('a'))] }) }),
      is: ['found', null],
    },
    {
      title: 'with an alert alone',
      lookup: internal,
      progress: progressOf({ findByIp: nothing, ipAlerts: anAnswer({ alerts: [{ id: 'da1' }] }) }),
      is: ['found', null],
    },
    {
      title: 'with a machine although a step has no answer',
      lookup: internal,
      progress: [
        unansweredStep('ipAlerts', 'denied'),
        ...progressOf({ findByIp: anAnswer({ machines: [aMachine(machineId('a'))] }) }),
      ],
      is: ['found', null],
    },
    {
      title: 'with a value that Defender refuses',
      lookup: external,
      progress: [unansweredStep('ipAlerts', 'invalid')],
      is: ['invalid', 'code.invalid'],
    },
    {
      title: 'with empty answers',
      lookup: internal,
      progress: progressOf({ findByIp: nothing, ipAlerts: nothing }),
      is: ['notSeen', 'defender.notFound'],
    },
    {
      title: 'with empty answers of which one left out a row that could not be read',
      lookup: internal,
      progress: progressOf({ findByIp: unreadRow, ipAlerts: nothing }),
      is: ['failed', 'defender.unreadableRows'],
    },
    {
      title: 'with an empty answer that says there is more',
      lookup: internal,
      progress: progressOf({ findByIp: anAnswer({ list: listNotes({ total: 3 }) }) }),
      is: ['failed', 'defender.unreadableRows'],
    },
    {
      title: 'with an external address that no alert names',
      lookup: external,
      progress: progressOf({ ipAlerts: nothing }),
      is: ['notSeen', 'ip.externalNoAlerts'],
    },
    {
      title: 'with an external address of which nothing is asked',
      lookup: external,
      progress: [],
      is: ['notSeen', 'ip.external'],
    },
    {
      title: 'with a machine that only an alternative leads to',
      lookup: named,
      progress: progressOf({
        machine: notFound,
        'alt1.hostLabel': anAnswer({ machines: [aMachine(machineId('b'))] }),
      }),
      is: ['found', null],
    },
    {
      title: 'with an alternative that could not be asked for',
      lookup: named,
      progress: [...progressOf({ machine: notFound }), unansweredStep('alt1.host', 'denied')],
      is: ['denied', 'code.denied'],
    },
    {
      title: 'with a value that is not known, and an alternative that Defender refuses',
      lookup: named,
      progress: [...progressOf({ machine: notFound }), unansweredStep('alt1.host', 'invalid')],
      is: ['notSeen', 'defender.notFound'],
    },
    {
      title: 'with a value that Defender refuses, and an alternative that is not known',
      lookup: named,
      progress: [unansweredStep('machine', 'invalid'), ...progressOf({ 'alt1.host': nothing })],
      is: ['invalid', 'code.invalid'],
    },
    {
      title: 'with an external address of which nothing is asked, and one beside it not known',
      lookup: external,
      progress: progressOf({ 'alt1.findByIp': nothing }),
      is: ['notSeen', 'ip.external'],
    },
  ])('ends $is $title', ({ lookup, progress, is }) => {
    expect(endOf(lookup, progress)).toEqual(is);
  });

  it.each([
    { worst: 'denied', than: ['invalid', 'failed', 'expired'] },
    { worst: 'expired', than: ['invalid', 'failed'] },
    { worst: 'failed', than: ['invalid'] },
  ] as const)('ends $worst rather than $than when nothing is found', ({ worst, than }) => {
    const [first, second = worst, third = worst] = than;
    const progress = [
      ...progressOf({ findByIp: nothing }),
      unansweredStep('ipAlerts', first),
      unansweredStep('ipLastKnown', second),
      unansweredStep('host', third),
      unansweredStep('hostLabel', worst),
    ];

    expect(endOf(internal, progress)).toEqual([worst, `code.${worst}`]);
  });
});

describe('incompleteSteps()', () => {
  it('holds what was not answered, but not what was refused as a value', () => {
    const progress = [
      ...progressOf({ findByIp: nothing }),
      ...(['denied', 'expired', 'failed'] as const).map((each) => unansweredStep('ipAlerts', each)),
      unansweredStep('ipLastKnown', 'invalid'),
    ];

    expect(incompleteSteps(progress).map(({ outcome }) => outcome)).toEqual([
      'denied',
      'expired',
      'failed',
    ]);
  });
});
