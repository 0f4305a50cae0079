import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { requestRecordSchema } from '../../../shared/requestRecords/RequestRecord';
import { aMachine, machineId } from '../lookups/aLookup';
import { aRecord, aRequest } from './aRequest';

const a = aMachine(machineId('a'), { riskScore: 'Medium', exposureLevel: 'Low' });
const b = aMachine(machineId('b'), { riskScore: 'High', exposureLevel: 'High' });
const alert = (id: string, on: string, severity: string) => ({
  id,
  machineId: machineId(on),
  severity,
  status: 'New',
  lastEventTime: '2026-11-20T08:00:00Z',
});
/** The same machine, but as one of several by name or address would be. */
const weakly = (record: ReturnType<typeof aRecord>) => ({
  ...record,
  summary: { ...record.summary, machineId: null, ambiguous: true },
  machines: record.machines.map((each) => ({
    ...each,
    match: { ...each.match, strength: 'weak' as const },
  })),
});

describe('buildRequestRecord()', () => {
  it('holds what its schema says', () => {
    const record = buildRequestRecord(aRequest([aRecord({ machines: [a] })]));

    expect(requestRecordSchema.parse(record)).toEqual(record);
  });

  it('names each machine once, with the lookups that led to it, by its strongest match', () => {
    const records = [
      weakly(aRecord({ position: 1, machines: [a] })),
      aRecord({ position: 2, machines: [a] }),
      weakly(aRecord({ position: 3, machines: [b] })),
    ];

    const { machines, summary } = buildRequestRecord(aRequest(records));

    expect(
      machines.map(({ machine, strength, matchedBy }) => [
        machine.id,
        strength,
        matchedBy.map(({ position }) => position),
      ]),
    ).toEqual([
      [machineId('a'), 'strong', [2, 1]],
      [machineId('b'), 'weak', [3]],
    ]);
    expect(summary).toMatchObject({ machineCount: 2, actOn: [machineId('a')], ambiguous: true });
  });

  it('rolls risk, exposure and severity up over strong matches, if there are any', () => {
    const alerts = [alert('da1', 'a', 'Low'), alert('da2', 'b', 'High')];
    const strong = aRecord({ position: 1, machines: [a], alerts });
    const weak = weakly(aRecord({ position: 2, machines: [b], alerts }));
    const levels = {
      mixed: buildRequestRecord(aRequest([strong, weak])).summary,
      weak: buildRequestRecord(aRequest([weak])).summary,
    };

    expect(levels.mixed).toMatchObject({
      highestRiskScore: 'Medium',
      highestExposureLevel: 'Low',
      highestAlertSeverity: 'Low',
      alertCount: 2,
      openAlertCount: 2,
    });
    expect(levels.weak).toMatchObject({ highestRiskScore: 'High', highestAlertSeverity: 'High' });
  });

  it('lists each alert once, with the lookups that led to it', () => {
    const alerts = [alert('da1', 'a', 'Low')];
    const records = [1, 2].map((position) => aRecord({ position, machines: [a], alerts }));

    const { alerts: listed } = buildRequestRecord(aRequest(records));

    expect(listed.map(({ alert: { id }, positions }) => [id, positions])).toEqual([
      ['da1', [1, 2]],
    ]);
  });

  it('is final if all of its records are, and not before it is completed', () => {
    const [first, second] = [aRecord({ position: 1 }), aRecord({ position: 2, final: false })];
    const finalOf = (parts: Parameters<typeof buildRequestRecord>[0]) =>
      buildRequestRecord(parts).final;

    expect(finalOf(aRequest([first]))).toBe(true);
    expect(finalOf(aRequest([first, second]))).toBe(false);
    expect(finalOf({ ...aRequest([first]), status: 'running' })).toBe(false);
  });

  it('keeps the id of its comment from generation to generation, and changes its own', () => {
    const parts = aRequest([aRecord()]);
    const [first, second] = [0, 1].map((generation) =>
      buildRequestRecord({ ...parts, generation }),
    );

    expect(first?.comment.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(second?.comment.id).toBe(first?.comment.id);
    expect(second?.id).not.toBe(first?.id);
  });
});
