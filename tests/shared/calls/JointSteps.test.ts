import { batchQuery } from '../../../shared/batches/batchQuery';
import type { BatchAnswer, Question } from '../../../shared/batches/Question';
import { JointSteps, type JointStepsDeps } from '../../../shared/calls/JointSteps';
import type { AnsweredStep } from '../../../shared/calls/Progress';
import { postponed, type StepAttempt } from '../../../shared/calls/StepAttempt';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import { queryKey } from '../../../shared/defender/endpoints';
import { MachineId } from '../../../shared/indicators/MachineId';
import { aQuestion, firstStep, LIST_TICKET } from '../batches/aQuestion';
import { aMachine, anAnswer, machineId, NOW } from '../lookups/aLookup';

const ALERT = firstStep('alert', 'da637472900382838869_1');
const DEVICE = firstStep('machine', machineId('a'));
const BATCH = 'machines|normal|1';
const ALERTS_BATCH = 'alerts|normal|1';
const ALONE = { outcome: 'alone' } as const;
const found = anAnswer({ machines: [aMachine(machineId('a'))] });
const round = { round: 0, startedAt: NOW, arrived: () => undefined };

const answered = (answer: DefenderAnswer, changes: Partial<AnsweredStep> = {}): AnsweredStep => ({
  step: DEVICE.step,
  endpoint: 'machine',
  outcome: 'answered',
  answer,
  calledAt: NOW,
  fromCache: false,
  waitedMs: 0,
  batch: { list: 'machines', size: 2 },
  ...changes,
});

const itsMachine = (): BatchAnswer => {
  const parsed = MachineId.parse(machineId('a'));
  if (!parsed.ok) throw new TypeError('Not a device id');
  return { outcome: 'machine', id: parsed.indicator, origin: { list: 'alerts', size: 9 } };
};

interface Rule {
  /** To one question after the other. */
  readonly tells?: readonly BatchAnswer[];
  /** What the cache knows, by the key of its query. */
  readonly cached?: Readonly<Record<string, DefenderAnswer>>;
  readonly state?: Partial<StepAttempt>;
}

/** How a step goes on, and what was asked for it together with others. */
async function ask(planned: typeof DEVICE, { tells = [ALONE], cached = {}, state }: Rule = {}) {
  const asked: string[] = [];
  const kept: string[] = [];
  const left = [...tells];
  const told = (way: string, { planned: { query } }: Question): BatchAnswer => {
    asked.push(`${way} ${query.endpoint}`);
    return left.shift() ?? ALONE;
  };
  const deps: JointStepsDeps = {
    batches: {
      expect: () => () => undefined,
      ask: async (question) => told('ask', question),
      lead: async (question) => told('lead', question),
      resume: async (question) => told('resume', question),
      follow: async (question) => told('follow', question),
    },
    answers: { put: async (query) => void kept.push(queryKey(query)) },
    cached: {
      find: async ({ query }) => {
        const answer = cached[queryKey(query)];
        return answer ? answered(answer, { fromCache: true, batch: undefined }) : null;
      },
    },
    hold: { kind: 'upTo', ms: 4_000 },
  };
  const attempt = aQuestion({ planned, ...(state && { state }) }).state;
  return { result: await new JointSteps(deps).ask(planned, attempt, round), asked, kept };
}

describe('A step', () => {
  it.each<{ title: string; state: Partial<StepAttempt>; way: string }>([
    { title: 'is asked together with others that want the same list', state: {}, way: 'ask' },
    {
      title: 'makes the call of the batch whose ticket it has',
      state: { batch: BATCH, ticket: LIST_TICKET },
      way: 'lead',
    },
    {
      title: 'looks for its answer in the batch it waits in',
      state: { batch: BATCH },
      way: 'resume',
    },
  ])('$title', async ({ state, way }) => {
    const { result, asked } = await ask(DEVICE, { state, tells: [answered(found)] });

    expect(asked).toEqual([`${way} machine`]);
    expect(result).toEqual(answered(found));
  });

  it('with a ticket of its own makes its own call', async () => {
    const { result, asked } = await ask(DEVICE, { state: { ticket: LIST_TICKET } });

    expect([result, asked]).toEqual([null, []]);
  });

  it('that only wants to know the time of the next slot takes part in nothing', async () => {
    const request = { lane: 'interactive', endpoint: 'machine', maxWaitMs: null } as const;

    const { result, asked } = await ask(DEVICE, { state: { request: () => request } });

    expect([result, asked]).toEqual([null, []]);
  });
});

describe('An alert', () => {
  const machineStep = answered(found);

  it('whose machine is told is answered with it, as by its own call, and that is kept', async () => {
    const { result, asked, kept } = await ask(ALERT, { tells: [itsMachine(), machineStep] });

    expect(asked).toEqual(['ask alertMachine', 'ask machine']);
    expect(result).toMatchObject({
      endpoint: 'alertMachine',
      answer: found,
      batch: { list: 'alerts', size: 9 },
    });
    expect(kept).toEqual([queryKey(ALERT.query)]);
  });

  it('takes its machine from the cache, without another call', async () => {
    const cached = { [queryKey(DEVICE.query)]: found };

    const { result, asked } = await ask(ALERT, { tells: [itsMachine()], cached });

    expect(asked).toEqual(['ask alertMachine']);
    expect(result).toMatchObject({ endpoint: 'alertMachine', fromCache: true });
  });

  it('that wakes behind a batch of alerts goes on from what that told', async () => {
    const { id, machineId: machine } = { id: 'da637472900382838869_1', machineId: machineId('a') };
    const list = anAnswer({ alerts: [{ id, machineId: machine }] });
    const cached = { [queryKey(batchQuery('alerts', [ALERT.query]))]: list };
    const state = { batch: ALERTS_BATCH };

    const tells = [ALONE, machineStep];

    const { result, asked } = await ask(ALERT, { state, cached, tells });

    expect(asked).toEqual(['follow alertMachine', 'ask machine']);
    expect(result).toMatchObject({ endpoint: 'alertMachine', answer: found });
  });

  it('waits on in the batch of its machine', async () => {
    const wait = { ...postponed(aQuestion().state, NOW + 60_000), batch: BATCH };

    const { result, kept } = await ask(ALERT, { tells: [itsMachine(), wait] });

    expect(result).toEqual(wait);
    expect(kept).toEqual([]);
  });

  it.each([
    { title: 'is not there', answer: answered(anAnswer({ status: 404 })) },
    { title: 'cannot be told', answer: ALONE },
  ])('whose machine $title makes its own call, which may know more', async ({ answer }) => {
    const { result, kept } = await ask(ALERT, { tells: [itsMachine(), answer] });

    expect([result, kept]).toEqual([null, []]);
  });
});
