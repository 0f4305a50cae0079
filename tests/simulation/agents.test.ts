import { percentile } from '../../local/simulation/WorldReport';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import { runAgents, type AgentsReport } from './runAgents';

const HOURS = 2;
/** From the note of a ticket to its call: what the storage takes. */
const JITTER_MS = 2_000;

describe('An agent that asks 10,000 times an hour at four processes', () => {
  it('gets its share, keeps to it, and does not delay people', async () => {
    const { alone, beside } = await run({ peoplePerHour: 90 });

    expect(p99(beside)).toBeLessThanOrEqual(p99(alone) + 50);
    expect(beside.peopleMs).not.toContain(null);
    expect(beside.agentTickets.length / HOURS).toBeGreaterThanOrEqual(95);
    expect(most(beside.agentTickets, HOUR_MS - JITTER_MS)).toBeLessThanOrEqual(100);
    expect(most(beside.agentTickets, MINUTE_MS - JITTER_MS)).toBe(10);
    expect(beside.agentLookups.length / HOURS).toBe(200);
    expect(beside.mostOpen).toBeLessThanOrEqual(200);
    expect(beside.agentRowRequests / HOURS).toBeLessThan(1_200);
  }, 60_000);

  it('gets less where people need their two thirds of the lane', async () => {
    const { alone, beside } = await run({ peoplePerHour: 180 });

    expect(p99(beside)).toBeLessThanOrEqual(p99(alone) + 50);
    expect(beside.peopleMs).not.toContain(null);
    expect(beside.agentTickets.length / HOURS).toBeLessThan(60);
  }, 60_000);
});

async function run({ peoplePerHour }: { readonly peoplePerHour: number }) {
  const world = { hours: HOURS, instances: 4, peoplePerHour };
  return {
    alone: await runAgents({ ...world, agentsPerHour: 0 }),
    beside: await runAgents({ ...world, agentsPerHour: 10_000 }),
  };
}

const p99 = ({ peopleMs }: AgentsReport): number =>
  percentile(
    peopleMs.filter((waitMs) => waitMs !== null),
    0.99,
  );

/** The most instants within any span of that length. */
function most(instants: readonly number[], spanMs: number): number {
  const within = instants.map(
    (from) => instants.filter((at) => at >= from && at < from + spanMs).length,
  );
  return Math.max(0, ...within);
}
