import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import { queryKey } from '../../../shared/defender/endpoints';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { callsLeft, nextStep } from '../../../shared/lookups/plans';
import type { StepName } from '../../../shared/calls/steps';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  listNotes,
  machineId,
  NOW,
  notFound,
  progressOf,
  unansweredStep,
  type KindAndValue,
} from './aLookup';

const settings = { internalIpRanges: [], ipAlerts: true, ipLastKnown: true };
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const nothing = anAnswer();
const one = anAnswer({ machines: [aMachine(machineId('a'))] });

const merged = (from: string, into: string) =>
  aMachine(machineId(from), { mergedIntoMachineId: machineId(into) });

const old = aMachine(machineId('a'), {
  healthStatus: 'Inactive',
  computerDnsName: 'Laptop-1.contoso.com',
});
const OLD_BY: readonly {
  readonly lookup: Lookup;
  readonly step: StepName;
  readonly calls: readonly string[];
}[] = [
  {
    lookup: aLookup('machine', machineId('a')),
    step: 'machine',
    calls: [`machine machines/${machineId('a')}`],
  },
  {
    lookup: aLookup('alert', 'da637472900382838869_1364969609'),
    step: 'alert',
    calls: ['alertMachine alerts/da637472900382838869_1364969609/machine'],
  },
  {
    lookup: aLookup('file', SHA1),
    step: 'fileMachines',
    calls: [`fileMachines files/${SHA1}/machines`],
  },
  {
    lookup: aLookup('ip', '10.1.2.3', { asks: 'machines' }),
    step: 'findByIp',
    calls: ["findByIp machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)"],
  },
];

/** The calls of a lookup, when each is answered as given and the rest with nothing. */
function callsOf(
  lookup: Lookup,
  answers: Partial<Record<StepName, DefenderAnswer>> = {},
  chosen = settings,
): string[] {
  const calls: string[] = [];
  let given: Partial<Record<StepName, DefenderAnswer>> = {};
  for (;;) {
    const planned = nextStep(lookup, progressOf(given), chosen);
    if (!planned) return calls;
    calls.push(decodeURIComponent(queryKey(planned.query)));
    given = { ...given, [planned.step]: answers[planned.step] ?? nothing };
  }
}

describe('nextStep()', () => {
  it.each<{
    title: string;
    lookup: Lookup;
    answers?: Partial<Record<StepName, DefenderAnswer>>;
    calls: string[];
  }>([
    {
      title: 'asks for a machine by its id',
      lookup: aLookup('machine', machineId('a')),
      calls: [`machine machines/${machineId('a')}`],
    },
    {
      title: 'asks for the machine of an alert as given',
      lookup: aLookup('alert', 'da637472900382838869_1364969609'),
      answers: { alert: notFound },
      calls: ['alertMachine alerts/da637472900382838869_1364969609/machine'],
    },
    {
      title: 'tries the other spelling of an alert without prefix when the first is not found',
      lookup: aLookup('alert', '636688558380765161_2136280442'),
      answers: { alert: notFound },
      calls: [
        'alertMachine alerts/636688558380765161_2136280442/machine',
        'alertMachine alerts/da636688558380765161_2136280442/machine',
      ],
    },
    {
      title: 'does not try the other spelling of an alert that is found',
      lookup: aLookup('alert', '636688558380765161_2136280442'),
      answers: { alert: one },
      calls: ['alertMachine alerts/636688558380765161_2136280442/machine'],
    },
    {
      title: 'asks for the machines of a SHA-1',
      lookup: aLookup('file', SHA1),
      calls: [`fileMachines files/${SHA1}/machines`],
    },
    {
      title: 'translates a SHA-256 first',
      lookup: aLookup('file', 'b'.repeat(64)),
      answers: { file: anAnswer({ file: { sha1: SHA1.toUpperCase() } }) },
      calls: [`file files/${'b'.repeat(64)}`, `fileMachines files/${SHA1}/machines`],
    },
    {
      title: 'ends with an MD5 that no file has',
      lookup: aLookup('file', 'c'.repeat(32)),
      answers: { file: notFound },
      calls: [`file files/${'c'.repeat(32)}`],
    },
    {
      title: 'asks who had an internal IP, which alerts name it, and who had it last',
      lookup: aLookup('ip', '10.1.2.3', { subject: { observedAt: NOW - 61_000 } }),
      calls: [
        "findByIp machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:10:00Z)",
        'ipAlerts ips/10.1.2.3/alerts',
        "machines machines?$top=1000&$skip=0&$count=true&$filter=lastIpAddress eq '10.1.2.3'",
      ],
    },
    {
      title: 'does not ask who had an IP last when somebody had it then',
      lookup: aLookup('ip', '10.1.2.3'),
      answers: { findByIp: one },
      calls: [
        "findByIp machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)",
        'ipAlerts ips/10.1.2.3/alerts',
      ],
    },
    {
      title: 'asks for the alerts of an external IP only',
      lookup: aLookup('ip', '198.51.100.7'),
      calls: ['ipAlerts ips/198.51.100.7/alerts'],
    },
    {
      title: 'asks for a bare host name and every full name that begins with it',
      lookup: aLookup('host', 'Desktop-17'),
      calls: [
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'desktop-17' or startswith(computerDnsName,'desktop-17.')",
      ],
    },
    ...[
      { name: 'MÜLLER-PC', asked: 'müller-pc' },
      { name: 'R&D-PC', asked: 'r&d-pc' },
    ].map(({ name, asked }) => ({
      title: `asks so for a bare name of whatever letters: ${name}`,
      lookup: aLookup('host', name),
      calls: [
        `machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq '${asked}' or startswith(computerDnsName,'${asked}.')`,
      ],
    })),
    {
      title: 'asks for a full host name, then for its first label',
      lookup: aLookup('host', 'desktop-17.contoso.com'),
      calls: [
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'desktop-17.contoso.com'",
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'desktop-17'",
      ],
    },
    {
      title: 'asks for names that begin with 15 characters, which NetBIOS may have cut',
      lookup: aLookup('host', 'desktop-1234567'),
      calls: [
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'desktop-1234567' or startswith(computerDnsName,'desktop-1234567.')",
        "machines machines?$top=1000&$skip=0&$count=true&$filter=startswith(computerDnsName,'desktop-1234567')",
      ],
    },
    {
      title: 'asks for the name of a phone as it is, and for nothing else',
      lookup: aLookup('host', "Max's iPad 2.0 (Büro)"),
      calls: [
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'Max''s iPad 2.0 (Büro)'",
      ],
    },
    {
      title: 'asks for a machine by the id that Entra gave it',
      lookup: aLookup('machine', '9B1A5C3E-1111-4222-8333-ABCDEFABCDEF'),
      calls: [
        'machines machines?$top=1000&$skip=0&$count=true&$filter=aadDeviceId eq 9b1a5c3e-1111-4222-8333-abcdefabcdef',
      ],
    },
    {
      title: 'follows a merged machine over three merges, and no further',
      lookup: aLookup('machine', machineId('a')),
      answers: {
        machine: anAnswer({ machines: [merged('a', 'b')] }),
        mergedInto: anAnswer({ machines: [merged('b', 'c')] }),
        mergedInto2: anAnswer({ machines: [merged('c', 'd')] }),
        mergedInto3: anAnswer({ machines: [merged('d', 'e')] }),
      },
      calls: ['a', 'b', 'c', 'd'].map((digit) => `machine machines/${machineId(digit)}`),
    },
    {
      title: 'follows all merged machines of a file, each target once and none that is known',
      lookup: aLookup('file', SHA1),
      answers: {
        fileMachines: anAnswer({
          machines: [merged('a', 'd'), merged('b', 'D'), merged('c', 'b'), merged('e', 'f')],
        }),
        mergedInto: notFound,
        mergedInto2: anAnswer({ machines: [merged('f', 'd')] }),
      },
      calls: [
        `fileMachines files/${SHA1}/machines`,
        `machine machines/${machineId('d')}`,
        `machine machines/${machineId('f')}`,
      ],
    },
    {
      title: 'does not follow a merge into what is no id',
      lookup: aLookup('machine', machineId('a')),
      answers: {
        machine: anAnswer({ machines: [aMachine(machineId('a'), { mergedIntoMachineId: '?' })] }),
      },
      calls: [`machine machines/${machineId('a')}`],
    },
    ...OLD_BY.map(({ lookup, step, calls }) => ({
      title: `asks who bears the name of an inactive machine today, when ${step} found it`,
      lookup,
      answers: { [step]: anAnswer({ machines: [old] }) },
      calls: [
        ...calls,
        "machines machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq 'laptop-1.contoso.com'",
      ],
    })),
    {
      title: 'does not ask for the name of an inactive machine that is not to be acted on anyway',
      lookup: aLookup('ip', '10.1.2.3', { asks: 'machines', subject: { zoneAssumed: true } }),
      answers: { findByIp: anAnswer({ machines: [old] }) },
      calls: ["findByIp machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)"],
    },
    {
      title: 'does not ask for the name of an inactive machine beside another in service',
      lookup: aLookup('file', SHA1),
      answers: { fileMachines: anAnswer({ machines: [old, aMachine(machineId('b'))] }) },
      calls: [`fileMachines files/${SHA1}/machines`],
    },
    ...[
      { what: 'active', machine: { computerDnsName: 'laptop-1.contoso.com' } },
      { what: 'inactive and has no name', machine: { healthStatus: 'Inactive' } },
      ...['iphone', 'laptop-1', "Max's iPad", 'müller-pc'].map((computerDnsName) => ({
        what: `inactive and has a name that many may bear: ${computerDnsName}`,
        machine: { healthStatus: 'Inactive', computerDnsName },
      })),
    ].map(({ what, machine }) => ({
      title: `does not ask for the name of a machine that is ${what}`,
      lookup: aLookup('machine', machineId('a')),
      answers: { machine: anAnswer({ machines: [aMachine(machineId('a'), machine)] }) },
      calls: [`machine machines/${machineId('a')}`],
    })),
  ])('$title', ({ lookup, answers = {}, calls }) => {
    expect(callsOf(lookup, answers)).toEqual(calls);
  });

  it('follows ten merged machines of one value at most', () => {
    const machines = Array.from({ length: 12 }, (_, index) =>
      aMachine(index.toString(16).padStart(40, '0'), {
        mergedIntoMachineId: index.toString(16).padStart(40, 'f'),
      }),
    );

    const calls = callsOf(aLookup('file', SHA1), { fileMachines: anAnswer({ machines }) });

    expect(calls).toHaveLength(1 + 10);
  });

  it('leaves out what is switched off', () => {
    const calls = callsOf(
      aLookup('ip', '10.1.2.3'),
      {},
      { internalIpRanges: [], ipAlerts: false, ipLastKnown: false },
    );

    expect(calls).toHaveLength(1);
  });

  it('never asks for a time later than the message', () => {
    const lookup = aLookup('ip', '10.1.2.3', { subject: { observedAt: NOW + 3_600_000 } });

    expect(callsOf(lookup)[0]).toContain('timestamp=2026-11-20T08:15:00Z');
  });
});

/** A device id, beside which the message gives these. */
const device = (...others: readonly KindAndValue[]): Lookup =>
  aLookup('machine', machineId('a'), { subject: { alternatives: alternatives(...others) } });

describe('nextStep() of a lookup with alternatives', () => {
  const byName = 'machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName eq';
  const own = `machine machines/${machineId('a')}`;

  it.each<{
    title: string;
    lookup: Lookup;
    answers?: Partial<Record<StepName, DefenderAnswer>>;
    calls: string[];
  }>([
    {
      title: 'asks for none of them when the value itself is found',
      lookup: device(['host', 'desktop-17.contoso.com']),
      answers: { machine: one },
      calls: [own],
    },
    {
      title: 'asks for each in its order, by the plan of its kind, until one is found',
      lookup: device(
        ['alert', 'da637472900382838869_1364969609'],
        ['host', 'desktop-17.contoso.com'],
        ['ip', '10.1.2.3'],
      ),
      answers: { machine: notFound, 'alt1.alert': notFound, 'alt2.hostLabel': one },
      calls: [
        own,
        'alertMachine alerts/da637472900382838869_1364969609/machine',
        `machines ${byName} 'desktop-17.contoso.com'`,
        `machines ${byName} 'desktop-17'`,
      ],
    },
    {
      title: 'asks who had an address of the machine, but not which alerts name it',
      lookup: device(['ip', '10.1.2.3']),
      answers: { machine: notFound },
      calls: [
        own,
        "findByIp machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)",
        "machines machines?$top=1000&$skip=0&$count=true&$filter=lastIpAddress eq '10.1.2.3'",
      ],
    },
    {
      title: 'passes over an address that leads to no machine, and what can no longer be read',
      lookup: device(
        ['ip', '198.51.100.7'],
        ['host', ''],
        ['machine', '9b1a5c3e-1111-4222-8333-abcdefabcdef'],
      ),
      answers: { machine: notFound },
      calls: [
        own,
        'machines machines?$top=1000&$skip=0&$count=true&$filter=aadDeviceId eq 9b1a5c3e-1111-4222-8333-abcdefabcdef',
      ],
    },
    {
      title: 'follows a merge from what an alternative found',
      lookup: device(['host', 'desktop-17.contoso.com'], ['ip', '10.1.2.3']),
      answers: { machine: notFound, 'alt1.host': anAnswer({ machines: [merged('b', 'c')] }) },
      calls: [
        own,
        `machines ${byName} 'desktop-17.contoso.com'`,
        `machine machines/${machineId('c')}`,
      ],
    },
    {
      title: 'does not ask for the name of an inactive machine that an alternative found',
      lookup: device(['alert', 'da637472900382838869_1364969609']),
      answers: { machine: notFound, 'alt1.alert': anAnswer({ machines: [old] }) },
      calls: [own, 'alertMachine alerts/da637472900382838869_1364969609/machine'],
    },
    {
      title: 'asks for another digest of a file that is not known by the first',
      lookup: aLookup('file', SHA1, {
        subject: { alternatives: alternatives(['file', 'c'.repeat(32)]) },
      }),
      answers: {
        fileMachines: notFound,
        'alt1.file': anAnswer({ file: { sha1: 'd'.repeat(40) } }),
      },
      calls: [
        `fileMachines files/${SHA1}/machines`,
        `file files/${'c'.repeat(32)}`,
        `fileMachines files/${'d'.repeat(40)}/machines`,
      ],
    },
    {
      title: 'has alerts of an address for an answer: another address is not asked for',
      lookup: aLookup('ip', '198.51.100.7', {
        subject: { alternatives: alternatives(['ip', '10.1.2.3']) },
      }),
      answers: { ipAlerts: anAnswer({ alerts: [{ id: 'da1' }] }) },
      calls: ['ipAlerts ips/198.51.100.7/alerts'],
    },
  ])('$title', ({ lookup, answers = {}, calls }) => {
    expect(callsOf(lookup, answers)).toEqual(calls);
  });

  it('tries five at most', () => {
    const names = Array.from({ length: 8 }, (_, index) => ['host', `pc-${index}`] as const);

    expect(callsOf(device(...names))).toHaveLength(1 + 5);
  });

  it('does not ask who had an address longer ago than Defender knows', () => {
    const [other] = alternatives(['ip', '10.1.2.3']);
    const observedAt = NOW - 30 * 86_400_000;
    const lookup = aLookup('machine', machineId('a'), {
      subject: { alternatives: other ? [{ ...other, observedAt }] : [] },
    });

    expect(callsOf(lookup)).toEqual([own]);
  });

  it.each(['denied', 'expired', 'failed'] as const)('ends with a step that is %s', (outcome) => {
    const lookup = device(['host', 'pc-1'], ['host', 'pc-2']);

    expect(nextStep(lookup, [unansweredStep('machine', outcome)], settings)).toBeNull();
    const second = [...progressOf({ machine: notFound }), unansweredStep('alt1.host', outcome)];
    expect(nextStep(lookup, second, settings)).toBeNull();
  });

  it('ends with rows that could not be read', () => {
    const lookup = aLookup('host', 'pc-1', {
      subject: { alternatives: alternatives(['ip', '10.1.2.3']) },
    });
    const unread = anAnswer({ list: listNotes({ skippedAt: [0] }) });

    expect(nextStep(lookup, progressOf({ host: unread }), settings)).toBeNull();
  });

  it('goes on when Defender refuses a value', () => {
    const lookup = device(['host', 'pc-1'], ['host', 'pc-2']);
    const refused = [unansweredStep('machine', 'invalid'), unansweredStep('alt1.host', 'invalid')];

    expect(nextStep(lookup, refused.slice(0, 1), settings)?.step).toBe('alt1.host');
    expect(nextStep(lookup, refused, settings)?.step).toBe('alt2.host');
  });
});

describe('callsLeft()', () => {
  it.each([
    { lookup: aLookup('host', 'desktop-17.contoso.com'), calls: 2 },
    { lookup: aLookup('host', 'desktop-17'), calls: 1 },
    { lookup: aLookup('ip', '10.1.2.3'), calls: 1 },
    { lookup: aLookup('alert', '636688558380765161_2136280442'), calls: 2 },
    {
      lookup: aLookup('host', 'pc-1', {
        subject: { alternatives: alternatives(['ip', '10.1.2.3'], ['host', 'pc-2']) },
      }),
      calls: 3,
    },
  ])('counts $calls calls of one endpoint for $lookup.subject.value', ({ lookup, calls }) => {
    const first = nextStep(lookup, [], settings);

    expect(first && callsLeft(lookup, [], first, settings)).toBe(calls);
  });
});
