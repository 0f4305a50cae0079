import { BatchCounts } from '../../../shared/batches/BatchCounts';
import { ListCalls, refusalIn } from '../../../shared/batches/ListCalls';
import { FailedCalls } from '../../../shared/calls/FailedCalls';
import { again, postponed } from '../../../shared/calls/StepAttempt';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from '../../../shared/defender/defenderErrors';
import type { Lesson } from '../../../shared/quota/calendar/lessons';
import type { CallResult } from '../../../shared/quota/Quota';
import { aMachine, anAnswer, machineId, NOW } from '../lookups/aLookup';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { aMember, aQuestion, firstStep, LIST_TICKET } from './aQuestion';

const about = { endpoint: 'machines', status: null, correlationId: null } as const;
const tooLong = { ...about, status: 414 } as const;
const ROLES = ['Machine.Read.All'];

/** Three questions of one call, which Defender answers so. */
async function call(says: DefenderAnswer | Error, members = [aMember(), aMember(), aMember()]) {
  const reports: CallResult[] = [];
  const lessons: Lesson[] = [];
  const logger = new RecordingLogger();
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const counts = new BatchCounts();
  const shared = { clock, logger, random: { next: () => 0.5 }, deniedAfterMs: 0 };
  const calls = new ListCalls({
    ...shared,
    quota: {
      report: async (_ticket, result) => {
        reports.push(result);
        return { at: NOW, answeredAt: 0, closedUntil: NOW + 30_000 };
      },
    },
    defender: {
      call: () => (says instanceof Error ? Promise.reject(says) : Promise.resolve(says)),
    },
    answers: { put: () => Promise.resolve() },
    failedCalls: new FailedCalls(shared),
    counts,
    lessons: { learn: async (_list, lesson) => lessons.push(lesson) > 0 },
  });
  const outcome = await calls.call('machines', members, LIST_TICKET);
  const told = members.flatMap((member) => member.told);
  return { outcome, told, reports, lessons, counts, lines: logger.lines };
}

describe('A call for several questions that fails', () => {
  const { state } = aQuestion();
  const throttledOnce = { counted: 0, lastAt: NOW, forbiddenSince: null };

  it.each([
    {
      title: '429',
      error: new DefenderThrottledError('429', 30_000, about),
      report: { outcome: 'throttled', retryAfterMs: 30_000 },
      each: again(state, { refusals: throttledOnce }),
    },
    {
      title: '503',
      error: new DefenderUnavailableError('503', { ...about, status: 503 }),
      report: { outcome: 'failed' },
      each: { ...postponed(state, NOW + 30_000), failures: 1 },
    },
    {
      title: 'no answer in time',
      error: new DefenderUnavailableError('timeout', about),
      report: { outcome: 'failed' },
      each: { ...postponed(state, NOW + 30_000), failures: 1 },
    },
  ])('with $title counts once for each of them, and is reported once', async (rule) => {
    const { outcome, told, reports } = await call(rule.error);

    expect(JSON.parse(JSON.stringify(told))).toEqual(
      Array(3).fill(JSON.parse(JSON.stringify(rule.each))),
    );
    expect(reports).toEqual([rule.report]);
    expect(refusalIn(outcome)).toBeNull();
  });

  it('with 401 is repeated once by each, with a new token', async () => {
    const { told, reports } = await call(new DefenderUnauthorizedError('401', about));

    expect(told).toEqual(Array(3).fill(expect.objectContaining({ outcome: 'again' })));
    expect(told[0]).toMatchObject({ state: { tokenRefreshed: true } });
    expect(reports).toEqual([]);
  });

  it('with 401 to a new token is reported, for those who had it', async () => {
    const refreshed = aMember(aQuestion({ state: { tokenRefreshed: true, isDeniedAtOnce: true } }));

    const { told, reports } = await call(new DefenderUnauthorizedError('401', about), [
      refreshed,
      aMember(),
    ]);

    expect(told).toMatchObject([{ outcome: 'denied' }, { outcome: 'again' }]);
    expect(reports).toEqual([{ outcome: 'unauthorized' }]);
  });

  it('with 403 for want of the list role tells all to ask alone, and opens no breaker', async () => {
    const { told, reports, lessons } = await call(
      new DefenderForbiddenError('403', ROLES, true, about),
    );

    expect(told).toEqual(Array(3).fill({ outcome: 'alone' }));
    expect(reports).toEqual([{ outcome: 'answered' }]);
    expect(lessons).toEqual([{ about: 'forbidden' }]);
  });

  it.each([
    {
      title: 'another 403',
      says: new DefenderForbiddenError('403', ROLES, false, about),
      outcome: 'forbidden',
    },
    { title: '414', says: new DefenderUnavailableError('414', tooLong), outcome: 'tooLong' },
    {
      title: 'a list that fills $top',
      says: anAnswer({ machines: Array(1_000).fill(aMachine(machineId('a'))) }),
      outcome: 'cut',
    },
  ])('with $title tells nobody anything yet: it has to be asked in halves', async (rule) => {
    const { outcome, told, reports } = await call(rule.says);

    expect(told).toEqual([]);
    expect(refusalIn(outcome)).toBe(rule.outcome);
    expect(reports).toEqual([{ outcome: 'answered' }]);
  });

  it('with 400 is repeated without the count of its rows', async () => {
    const { outcome, told } = await call(new DefenderRejectedError('400', about));

    expect([outcome, told]).toEqual(['again', []]);
  });
});

describe('A call for several questions', () => {
  const host = aMember(aQuestion({ planned: firstStep('host', 'ws-1.contoso.com') }));
  const found = anAnswer({
    machines: [
      aMachine(machineId('a')),
      aMachine(machineId('b'), { computerDnsName: 'ws-1.contoso.com' }),
    ],
  });

  it('writes one line of how large it was and how it ended, and no value', async () => {
    const { lines } = await call(found, [aMember(), host]);

    expect(lines.map(({ level, event, fields }) => [level, event, fields])).toEqual([
      [
        'info',
        'batch.called',
        { endpoint: 'machines', flow: 'normal', size: 2, outcome: 'answered', tookMs: 0 },
      ],
    ]);
  });

  it.each([
    { error: new DefenderThrottledError('429', 30_000, about), outcome: 'throttled' },
    { error: new DefenderForbiddenError('403', ROLES, true, about), outcome: 'roleMissing' },
    { error: new DefenderUnavailableError('414', tooLong), outcome: 'tooLong' },
  ])('writes that it ended $outcome', async ({ error, outcome }) => {
    const { lines } = await call(error);

    expect(lines.filter(({ event }) => event === 'batch.called')).toMatchObject([
      { fields: { size: 3, outcome } },
    ]);
  });

  it('counts a row that matches none of them', async () => {
    const stranger = aMachine(machineId('e'));

    const { counts } = await call(anAnswer({ machines: [aMachine(machineId('a')), stranger] }));

    expect(counts.list().machines).toEqual({ calls: 1, questions: 3, droppedRows: 1 });
  });
});
