import { SentMessage } from '../../../cli/send/SentMessage';
import { sentJson, sentText, type SentContext } from '../../../cli/send/sentText';
import { traceOpen } from '../../../cli/send/traceOpen';
import { trace as example } from '../../../shared/openapi/examples';
import { traceSchema, type Trace } from '../../../shared/requestRecords/Trace';

const ID = 'r_1';
const awaited = { requests: [{ id: ID, eventId: 'E', of: 1 }], lookups: 1, unreadable: 0 };
const traced = traceSchema.parse(example);

function sentMessage(...bodies: object[]): SentMessage {
  const sent = new SentMessage('a.json', 'm-1', awaited);
  for (const body of bodies) sent.addRequestRecord({ body, properties: {} });
  return sent;
}

const whole = (generation: number, status: 'running' | 'completed', more: object = {}) => ({
  recordType: 'request',
  generation,
  status,
  request: { id: ID, of: 5, done: status === 'completed' ? 5 : 2 },
  summary: {
    outcomes: { found: 3, notSeen: 0, invalid: 2 },
    machineCount: 2,
    actOn: ['1e5b'],
    highestRiskScore: 'High',
    ...more,
  },
});

async function contextOf(sent: SentMessage, answer: Trace | null | Error): Promise<SentContext> {
  const of = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const open = await traceOpen([sent], { of });
  return { outputQueue: 'enriched-machines', origin: 'https://soc.example', open };
}

describe('npm run send', () => {
  it.each([
    {
      title: 'its outcomes, its machines and what is safe to act on',
      bodies: [whole(0, 'completed')],
      line: 'r_1 as a whole: completed, 5 of 5, 3 found, 2 invalid, 2 machines, highest risk High, act on 1e5b',
    },
    {
      title: 'that nothing is safe to act on',
      bodies: [whole(0, 'completed', { actOn: [], machineCount: 1, highestRiskScore: null })],
      line: 'r_1 as a whole: completed, 5 of 5, 3 found, 2 invalid, 1 machine, none to act on',
    },
    {
      title: 'the newest generation, in whatever order they come',
      bodies: [whole(1, 'completed'), whole(0, 'running')],
      line: 'r_1 as a whole: completed, 5 of 5',
    },
    {
      title: 'what is there of one that still runs',
      bodies: [whole(0, 'running')],
      line: 'r_1 as a whole: running, 2 of 5',
    },
  ])('shows of a request in a line $title', async ({ bodies, line }) => {
    const sent = sentMessage(...bodies);

    expect(sentText(sent, await contextOf(sent, traced))).toContain(`\n  ${line}`);
  });

  it('shows nothing of other requests and of what is no record of a request', () => {
    const { request, ...rest } = whole(0, 'completed');
    const sent = sentMessage(
      { ...rest, request: { ...request, id: 'r_2' } },
      { recordType: 'lookup' },
    );

    expect(sent.requestRecords).toEqual([]);
  });

  it('traces what still waits, and prints for what', async () => {
    const sent = sentMessage(whole(0, 'running'));
    const context = await contextOf(sent, traced);

    expect(sentText(sent, context)).toMatch(/waits for its slot {2}at .* for machines\/findbyip/);
    expect(sentJson(sent, context)).toMatchObject({
      requestRecords: [{ status: 'running' }],
      waiting: traced.requests.slice(0, 1),
      askAgain: ['https://soc.example/api/trace?request=r_1'],
    });
  });

  it('says that a request is not known yet', async () => {
    const sent = sentMessage();

    expect(sentText(sent, await contextOf(sent, null))).toContain('r_1 is not known yet');
  });

  it('names the address to ask, and why, if it cannot trace', async () => {
    const sent = sentMessage();
    const text = sentText(sent, await contextOf(sent, new Error('no right')));

    expect(text).toContain('(no right). Ask https://soc.example/api/trace?request=r_1');
  });

  it('traces nothing that is answered as a whole, even if its records are gone', async () => {
    const sent = sentMessage(whole(0, 'completed'));
    const { open } = await contextOf(sent, traced);

    expect(open).toEqual([]);
    expect(sent.isComplete).toBe(false);
  });
});
