import { DAY_MS, HOUR_MS } from '../../../../shared/clock/durations';
import {
  afterLesson,
  isProven,
  limitsOf,
  LONGEST_KNOWN,
  type Lesson,
  type Lessons,
} from '../../../../shared/quota/calendar/lessons';
import { START } from './fixtures';

const MOST = 30;
const options = { most: MOST, now: START };
const learn = (...lessons: readonly Lesson[]): Lessons | undefined =>
  lessons.reduce<Lessons | undefined>(
    (known, lesson) => afterLesson(known, lesson, options) ?? known,
    undefined,
  );

describe('What calls of a list teach about its batches', () => {
  it('is nothing at first: the setting, and URLs that are known to work', () => {
    expect(limitsOf(undefined, MOST, START)).toEqual({
      questions: MOST,
      characters: LONGEST_KNOWN,
    });
  });

  it.each<{ title: string; lessons: readonly Lesson[]; limits: object }>([
    {
      title: 'half the length that was refused',
      lessons: [{ about: 'characters', refused: 1_500 }],
      limits: { questions: 30, characters: 750 },
    },
    {
      title: 'half the number that was refused',
      lessons: [{ about: 'questions', refused: 30 }],
      limits: { questions: 15, characters: LONGEST_KNOWN },
    },
    {
      title: 'the least of several',
      lessons: [
        { about: 'questions', refused: 12 },
        { about: 'questions', refused: 30 },
      ],
      limits: { questions: 6, characters: LONGEST_KNOWN },
    },
  ])('is $title', ({ lessons, limits }) => {
    expect(limitsOf(learn(...lessons), MOST, START)).toEqual(limits);
  });

  it.each([
    { about: 'refused', offMs: DAY_MS },
    { about: 'forbidden', offMs: HOUR_MS },
  ] as const)('is that none is taken for a while when $about', ({ about, offMs }) => {
    const known = learn({ about });

    expect(limitsOf(known, MOST, START + offMs - 1)).toMatchObject({ questions: 1 });
    expect(limitsOf(known, MOST, START + offMs)).toMatchObject({ questions: MOST });
  });

  it('grows by a quarter a day, up to the setting and the length that is known to work', () => {
    const known = learn({ about: 'questions', refused: 16 }, { about: 'characters', refused: 800 });
    const after = (days: number) => limitsOf(known, MOST, START + days * DAY_MS);

    expect(after(0.4)).toEqual({ questions: 8, characters: 440 });
    expect(after(1)).toEqual({ questions: 10, characters: 500 });
    expect(after(100)).toEqual({ questions: MOST, characters: LONGEST_KNOWN });
  });

  it.each<{ title: string; lessons: readonly Lesson[]; proven: number }>([
    { title: 'nothing before the first', lessons: [{ about: 'nothing' }], proven: 0 },
    {
      title: 'the length that is believed to work, if a long call was answered',
      lessons: [{ about: 'answered', characters: 950 }],
      proven: LONGEST_KNOWN,
    },
    {
      title: 'less by a short call',
      lessons: [{ about: 'answered', characters: 90 }],
      proven: 400,
    },
    {
      title: 'no more than half of what was refused since',
      lessons: [
        { about: 'answered', characters: 950 },
        { about: 'characters', refused: 1_000 },
      ],
      proven: 500,
    },
    {
      title: 'nothing where batches are refused',
      lessons: [{ about: 'answered', characters: 950 }, { about: 'refused' }],
      proven: 0,
    },
  ])('proves $title, for a day', ({ lessons, proven }) => {
    const known = learn(...lessons);

    expect(isProven(known, Math.max(1, proven), START)).toBe(proven > 0);
    expect(isProven(known, proven + 1, START)).toBe(false);
    expect(isProven(known, Math.max(1, proven), START + DAY_MS)).toBe(false);
  });

  it.each<Lesson>([
    { about: 'answered', characters: 90 },
    { about: 'characters', refused: 900 },
    { about: 'refused' },
    { about: 'nothing' },
  ])('ends the trial, which is one at a time: $about', (lesson) => {
    const trial = { about: 'trial', characters: 1_500 } as const;
    const trying = learn(trial);

    expect(afterLesson(trying, trial, options)).toBeNull();
    expect(afterLesson(learn(trial, lesson), trial, options)).not.toBeNull();
    // It may have died.
    expect(afterLesson(trying, trial, { ...options, now: START + 30_000 })).not.toBeNull();
  });

  it('is not written twice', () => {
    const known = learn({ about: 'questions', refused: 20 });

    expect(afterLesson(known, { about: 'questions', refused: 20 }, options)).toBeNull();
  });
});
