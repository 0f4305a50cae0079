import { buildRecord } from '../../../shared/records/buildRecord';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { Progress } from '../../../shared/calls/Progress';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  machineId,
  NOW,
  notFound,
  progressOf,
  unansweredStep,
} from '../lookups/aLookup';

const settings = { portalOrigin: 'https://security.microsoft.com' };
const options = { generation: 0, final: true, now: NOW + 2000 };
const ip = aLookup('ip', '10.1.2.3');
const nothing = anAnswer();
const machine = aMachine(machineId('a'), { riskScore: 'Medium', exposureLevel: 'Low' });

const record = (lookup: Lookup, progress: Progress) =>
  buildRecord(lookup, progress, settings, options);

describe('buildRecord()', () => {
  it('lists the steps without an answer under the names of their endpoints', () => {
    const built = record(ip, [
      ...progressOf({ findByIp: nothing }),
      unansweredStep('ipAlerts', 'denied'),
      unansweredStep('ipLastKnown', 'invalid'),
    ]);

    expect(built.incomplete).toEqual([{ endpoint: 'ips/{ip}/alerts', reason: 'denied' }]);
  });

  it('marks the alternatives that were tried, lists their calls, and names no machine to act on', () => {
    const lookup = aLookup('machine', machineId('b'), {
      subject: {
        alternatives: alternatives(['host', 'pc-1'], ['ip', '10.1.2.3'], ['host', 'pc-2']),
      },
    });

    const built = record(
      lookup,
      progressOf({
        machine: notFound,
        'alt1.host': nothing,
        'alt2.findByIp': anAnswer({ machines: [machine] }),
      }),
    );

    expect(built.indicator.alternatives.map(({ value, tried }) => [value, tried])).toEqual([
      ['pc-1', true],
      ['10.1.2.3', true],
      ['pc-2', false],
    ]);
    expect(built.evidence.map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['machines/{id}', 404],
      ['machines', 200],
      ['machines/findbyip', 200],
    ]);
    expect(built.outcome).toBe('found');
    expect(built.summary).toMatchObject({ match: 'one', matchStrength: 'weak', machineId: null });
  });

  it('lists an alternative without an answer as incomplete', () => {
    const lookup = aLookup('machine', machineId('b'), {
      subject: { alternatives: alternatives(['host', 'pc-1']) },
    });

    const built = record(lookup, [
      ...progressOf({ machine: notFound }),
      unansweredStep('alt1.host', 'expired'),
    ]);

    expect(built.incomplete).toEqual([{ endpoint: 'machines', reason: 'expired' }]);
    expect(built.indicator.alternatives).toMatchObject([{ value: 'pc-1', tried: true }]);
  });

  it('sums up what playbooks branch on', () => {
    const alerts = [
      { id: 'da1', severity: 'High', status: 'Resolved', machineId: machine.id },
      { id: 'da2', severity: 'Low', status: 'New' },
    ];

    const { summary } = record(
      ip,
      progressOf({ findByIp: anAnswer({ machines: [machine] }), ipAlerts: anAnswer({ alerts }) }),
    );

    expect(summary).toEqual({
      match: 'one',
      matchStrength: 'strong',
      machineId: machine.id,
      machineCount: 1,
      ambiguous: false,
      alertCount: 2,
      openAlertCount: 1,
      highestAlertSeverity: 'High',
      highestRiskScore: 'Medium',
      highestExposureLevel: 'Low',
    });
  });

  it('names no machine to act on when two live ones match', () => {
    const machines = [machine, aMachine(machineId('b'), { riskScore: 'High' })];

    const { summary } = record(ip, progressOf({ findByIp: anAnswer({ machines }) }));

    expect(summary).toMatchObject({ match: 'many', machineId: null, ambiguous: true });
    expect(summary.highestRiskScore).toBe('High');
  });

  it('names no machine to act on when the one asked for by id was reimaged under another', () => {
    const name = { computerDnsName: 'laptop-1.contoso.com' };
    const old = aMachine(machineId('a'), { ...name, healthStatus: 'Inactive' });

    const { summary } = record(
      aLookup('machine', old.id),
      progressOf({
        machine: anAnswer({ machines: [old] }),
        namesake: anAnswer({ machines: [old, aMachine(machineId('b'), name)] }),
      }),
    );

    expect(summary).toMatchObject({
      match: 'many',
      matchStrength: 'strong',
      machineId: null,
      machineCount: 2,
      ambiguous: true,
    });
  });

  it('rolls up the risk of strong matches alone', () => {
    const machines = [
      machine,
      aMachine(machineId('b'), { riskScore: 'High', onboardingStatus: 'Unsupported' }),
    ].map((each) => ({ ...each, computerDnsName: 'desktop-17.contoso.com' }));

    const { summary } = record(
      aLookup('host', 'desktop-17.contoso.com'),
      progressOf({ host: anAnswer({ machines }) }),
    );

    expect(summary.highestRiskScore).toBe('Medium');
  });

  it('puts alerts of matched machines first, then open ones, then the newest, without their details', () => {
    const alerts = [
      { id: 'da1', status: 'Resolved', lastEventTime: '2026-11-20T07:00:00Z' },
      {
        id: 'da2',
        status: 'New',
        lastEventTime: '2026-11-20T05:00:00Z',
        evidence: [1],
        comments: [],
      },
      { id: 'da3', status: 'New', lastEventTime: '2026-11-20T06:00:00Z' },
      { id: 'da4', status: 'Resolved', machineId: machine.id },
    ];

    const built = record(
      ip,
      progressOf({ findByIp: anAnswer({ machines: [machine] }), ipAlerts: anAnswer({ alerts }) }),
    );

    expect(built.alerts.map(({ alert }) => alert.id)).toEqual(['da4', 'da3', 'da2', 'da1']);
    expect(built.alerts.map(({ onMatchedMachine }) => onMatchedMachine)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(JSON.stringify(built.alerts)).not.toMatch(/evidence|comments/);
  });

  it('tells how each answer was come by', () => {
    const step = progressOf({ machine: notFound })[0];
    const cached = { ...step, fromCache: true, calledAt: NOW - 60_000 } as Progress[number]; // an answered step

    const built = record(aLookup('machine', machineId('a')), [cached]);

    expect(built.evidence).toEqual([
      {
        endpoint: 'machines/{id}',
        status: 404,
        calledAt: '2026-11-20T08:14:00.000Z',
        fromCache: true,
        ageMs: 62_000,
        waitedMs: 0,
        correlationId: null,
        batch: null,
      },
    ]);
  });

  it('keeps every field of a machine and links to it', () => {
    const odd = { ...machine, futureField: { deep: [1] } };

    const built = record(ip, progressOf({ findByIp: anAnswer({ machines: [odd] }) }));

    expect(built.machines[0]).toEqual({
      machine: odd,
      match: {
        by: 'findByIp',
        via: '10.1.2.3',
        at: '2026-11-20T08:15:00.000Z',
        windowMinutes: 15,
        strength: 'strong',
      },
      portalUrl: `https://security.microsoft.com/machines/${machine.id}?tid=t1`,
    });
  });
});
