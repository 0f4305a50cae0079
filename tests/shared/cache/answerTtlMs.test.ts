import { answerTtlMs } from '../../../shared/cache/answerTtlMs';
import { anAnswer, EMPTY_ANSWER, NOT_FOUND } from './anAnswer';
import { queries } from '../defender/queries';

const HOUR_MS = 3_600_000;

const TTLS = {
  findByIp: 100,
  findByPastIp: 200,
  ipAlerts: 300,
  fileMachines: 400,
  file: 500,
  alerts: 600,
  alertMachine: 600,
  machine: 700,
  machines: 800,
  notSeen: 250,
};

const { findByIp } = queries;
const FILE = { sha1: '3395856ce81f2b7382dee72602f798b642f14140' };

describe('answerTtlMs()', () => {
  it.each([
    {
      endpoint: 'ipAlerts',
      ttlMs: 300,
      answer: anAnswer({ machines: [], alerts: [{ id: 'da1' }] }),
    },
    { endpoint: 'fileMachines', ttlMs: 400, answer: anAnswer() },
    { endpoint: 'file', ttlMs: 500, answer: anAnswer({ machines: [], file: FILE }) },
    { endpoint: 'alertMachine', ttlMs: 600, answer: anAnswer() },
    { endpoint: 'machine', ttlMs: 700, answer: anAnswer() },
    { endpoint: 'machines', ttlMs: 800, answer: anAnswer() },
  ] as const)('is the setting of $endpoint', ({ endpoint, ttlMs, answer }) => {
    expect(answerTtlMs(queries[endpoint], { answer, fetchedAt: 0 }, TTLS)).toBe(ttlMs);
  });

  it.each([
    { asked: 'for a time to come', fetchedAt: findByIp.at - 1, ttlMs: 100 },
    { asked: 'an hour later', fetchedAt: findByIp.at + HOUR_MS, ttlMs: 100 },
    { asked: 'more than an hour later', fetchedAt: findByIp.at + HOUR_MS + 1, ttlMs: 200 },
  ])('is $ttlMs for who had an address, $asked', ({ fetchedAt, ttlMs }) => {
    expect(answerTtlMs(findByIp, { answer: anAnswer(), fetchedAt }, TTLS)).toBe(ttlMs);
  });

  it.each([
    { what: 'an empty answer', answer: EMPTY_ANSWER },
    { what: 'a 404', answer: NOT_FOUND },
  ])('is at most the setting for what is not seen, for $what', ({ answer }) => {
    const ofFile = answerTtlMs(queries.fileMachines, { answer, fetchedAt: 0 }, TTLS);
    const ofIp = answerTtlMs(findByIp, { answer, fetchedAt: findByIp.at }, TTLS);

    expect(ofFile).toBe(250);
    expect(ofIp).toBe(100);
  });

  it('is 0 where the setting is', () => {
    const off = { ...TTLS, fileMachines: 0 };

    expect(answerTtlMs(queries.fileMachines, { answer: anAnswer(), fetchedAt: 0 }, off)).toBe(0);
  });
});
