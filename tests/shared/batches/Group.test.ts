import { Group } from '../../../shared/batches/Group';
import { machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, type ToldMember } from './aQuestion';

const LIMITS = { questions: 30, characters: 1_600 };
const about = (digit: string, deadlineAt = NOW + 60_000): ToldMember =>
  aMember(aQuestion({ planned: firstStep('machine', machineId(digit)), state: { deadlineAt } }));
const [a, b, c] = [about('a'), about('b', NOW + 5_000), about('c')];
const group = (...members: readonly ToldMember[]): Group => new Group('machines', LIMITS, members);

describe('A group of questions for one call', () => {
  it('takes in others until its call, as long as they can wait for its slot', () => {
    const joined = group(a);
    joined.scheduled(NOW + 10_000, NOW);

    expect([joined.admit(b, NOW), joined.admit(c, NOW)]).toEqual([false, true]);
    expect(joined.members).toEqual([a, c]);
  });

  it('takes in no more than one call can hold, once its ticket is taken', () => {
    const full = new Group('machines', { ...LIMITS, questions: 2 }, [a, c]);
    full.scheduled(NOW, NOW);

    expect(full.admit(about('d'), NOW)).toBe(false);
  });

  it('leaves out whose time is over when the slot is known', () => {
    const hurried = about('b', NOW + 5_000);
    const all = group(a, hurried);

    all.scheduled(NOW + 10_000, NOW);

    expect(all.members).toEqual([a]);
    expect(hurried.told).toMatchObject([{ outcome: 'postponed', resumeAt: NOW + 10_000 }]);
  });

  it('leaves out whose time is over when the call is made', () => {
    const late = about('b', NOW + 5_000);
    const all = group(a, late);

    all.begin(NOW + 5_000);

    expect(all.members).toEqual([a]);
    expect(late.told).toMatchObject([{ outcome: 'postponed', ticket: null }]);
  });

  it('is divided into full calls, in the order in which its questions came', () => {
    const all = group(a, b, c);

    const full = all.divide({ ...LIMITS, questions: 2 });

    expect(full.map(({ members }) => members)).toEqual([[a, b]]);
    expect(all.members).toEqual([c]);
  });

  it('has halves that hold all of it', () => {
    expect(
      group(a, b, c)
        .halves()
        .map(({ members }) => members),
    ).toEqual([[a, b], [c]]);
  });
});
