import { FaultRule } from '../../../../local/defender/faults/Fault';
import { FaultPlan } from '../../../../local/defender/faults/FaultPlan';
import { SeededRandom } from '../../../../local/SeededRandom';
import type { Endpoint } from '../../../../local/defender/routes/matchRoute';

type RuleInput = Parameters<typeof FaultRule.parse>[0];

const status = (code: number): object => ({ kind: 'error', status: code });

function createPlan(
  ...rules: readonly RuleInput[]
): (calls: number, endpoint?: Endpoint) => unknown[] {
  const plan = new FaultPlan(new SeededRandom(0x00c0ffee));
  plan.add(rules.map((rule) => FaultRule.parse(rule)));
  return (calls, endpoint = 'machine') =>
    Array.from({ length: calls }, () => {
      const fault = plan.next(endpoint, '/api/machines/ab12?x=y');
      return fault?.kind === 'error' ? fault.status : null;
    });
}

describe('FaultPlan', () => {
  it.each([
    { rule: {}, expected: [500, null, null, null] },
    { rule: { times: 2 }, expected: [500, 500, null, null] },
    { rule: { after: 2 }, expected: [null, null, 500, null] },
    { rule: { after: 1, times: 2 }, expected: [null, 500, 500, null] },
    { rule: { times: 'always' }, expected: [500, 500, 500, 500] },
    { rule: { endpoint: 'any' }, expected: [500, null, null, null] },
    { rule: { endpoint: 'file' }, expected: [null, null, null, null] },
    { rule: { of: '/AB12', times: 'always' }, expected: [500, 500, 500, 500] },
    { rule: { of: '/cd34', times: 'always' }, expected: [null, null, null, null] },
  ])('with $rule makes calls fail like $expected', ({ rule, expected }) => {
    const calls = createPlan({ endpoint: 'machine', fault: status(500), ...rule });

    expect(calls(4)).toEqual(expected);
  });

  it('uses rules up one after the other', () => {
    const calls = createPlan(
      { endpoint: 'machine', fault: status(500), times: 2 },
      { endpoint: 'any', fault: status(503) },
      { endpoint: 'machine', fault: status(404) },
    );

    expect(calls(5)).toEqual([500, 500, 503, 404, null]);
  });

  it('hits about as many calls as the probability says, without end', () => {
    const calls = createPlan({ endpoint: 'machine', fault: status(500), probability: 0.2 });

    const hits = calls(5_000).filter((fault) => fault === 500).length;

    expect(hits).toBeGreaterThan(900);
    expect(hits).toBeLessThan(1_100);
  });

  it('ends after so many hits if both are given', () => {
    const calls = createPlan({
      endpoint: 'machine',
      fault: status(500),
      probability: 0.5,
      times: 3,
    });

    expect(calls(100).filter((fault) => fault === 500)).toHaveLength(3);
  });
});
