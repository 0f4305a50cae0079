import { FairShare } from '../../../shared/callers/FairShare';
import type { Quota, TicketAnswer, TicketRequest } from '../../../shared/quota/Quota';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const INTERACTIVE: TicketRequest = { lane: 'interactive', endpoint: 'findByIp', maxWaitMs: 0 };
const BULK: TicketRequest = {
  lane: 'bulk',
  endpoint: 'findByIp',
  flow: 'http',
  expiresAt: 0,
  admission: 'always',
};

const GRANTED: TicketAnswer = {
  outcome: 'granted',
  ticket: { endpoint: 'findByIp', epoch: 'e', ordinal: 0, lane: 'interactive' },
  slotAt: 0,
};

/** What agents are given. */
const NO_AGENTS = { take: async (): Promise<TicketAnswer> => ({ outcome: 'noSlot', slotAt: 7 }) };

function start(answer: () => Promise<TicketAnswer> = async () => GRANTED) {
  const clock = new VirtualClock();
  const quota: Quota = {
    take: () => answer(),
    awaitSlot: () => Promise.resolve({ outcome: 'call' }),
    report: () => Promise.resolve({ at: 0, answeredAt: 0, closedUntil: 0 }),
  };
  return { clock, share: new FairShare({ quota, agents: NO_AGENTS, clock, maxPerMinute: 30 }) };
}

const regular = (id: string) => ({ id, kind: 'regular' }) as const;

async function takeAs(share: FairShare, caller: string, count: number, request = INTERACTIVE) {
  const answers = await share.runAs(regular(caller), () =>
    Promise.all(Array.from({ length: count }, () => share.take(request))),
  );
  return answers.filter(({ outcome }) => outcome !== 'noSlot').length;
}

describe('FairShare', () => {
  it('gives one caller half of the lane and leaves the rest to another', async () => {
    const { share } = start();

    const greedy = await takeAs(share, 'greedy', 100);
    const other = await takeAs(share, 'other', 15);

    expect({ greedy, other }).toEqual({ greedy: 15, other: 15 });
  });

  it('tells a caller over its share when it gets its next call', async () => {
    const { share, clock } = start();
    await takeAs(share, 'greedy', 15);

    const refused = await share.runAs(regular('greedy'), () => share.take(INTERACTIVE));

    expect(refused).toEqual({ outcome: 'noSlot', slotAt: clock.now() + 4_000 });
    await clock.advance(4_000);
    expect(await takeAs(share, 'greedy', 2)).toBe(1);
  });

  it('counts each endpoint by itself', async () => {
    const { share } = start();
    await takeAs(share, 'greedy', 15);

    expect(await takeAs(share, 'greedy', 1, { ...INTERACTIVE, endpoint: 'machine' })).toBe(1);
  });

  it.each<{ title: string; refusal: () => Promise<TicketAnswer> }>([
    { title: 'there is no slot in time', refusal: async () => ({ outcome: 'noSlot', slotAt: 9 }) },
    {
      title: 'the quota cannot be reached',
      refusal: async () => {
        throw new QuotaUnavailableError('down');
      },
    },
  ])('counts no ticket that was not given because $title', async ({ refusal }) => {
    let answer = refusal;
    const { share } = start(() => answer());
    for (let tries = 0; tries < 100; tries += 1)
      await share.runAs(regular('playbook'), () => share.take(INTERACTIVE)).catch(() => null);

    answer = async () => GRANTED;

    expect(await takeAs(share, 'playbook', 100)).toBe(15);
  });

  it('leaves the queue, and whoever asks without a caller, alone', async () => {
    const { share } = start();

    const queued = await takeAs(share, 'greedy', 50, BULK);
    const nobody = await Promise.all(Array.from({ length: 50 }, () => share.take(INTERACTIVE)));

    expect(queued).toBe(50);
    expect(nobody.filter(({ outcome }) => outcome === 'noSlot')).toEqual([]);
  });

  it("asks the agents' share for an agent, and the queue as for anyone", async () => {
    const { share } = start();
    const agent = { id: 'copilot', kind: 'agent' } as const;

    const answers = await share.runAs(agent, async () => [
      share.callerKind(),
      await share.take(INTERACTIVE),
      (await share.take(BULK)).outcome,
    ]);

    expect(answers).toEqual(['agent', { outcome: 'noSlot', slotAt: 7 }, 'granted']);
    expect(share.callerKind()).toBe('regular');
  });
});
