import { DAY_MS, HOUR_MS } from '../../clock/durations';

/** What one list call may hold. */
export interface BatchLimits {
  /** 1: no batches. */
  readonly questions: number;
  /** Of the path below `/api/`, with its query. */
  readonly characters: number;
}

/** What calls of one list have taught about its batches. Instants are Unix ms. */
export interface Lessons {
  /** Questions and characters (as in `BatchLimits`) that are known to work, or the half of what did not. */
  readonly questions: number;
  readonly characters: number;
  /** When that was learnt. */
  readonly learntAt: number;
  /** Why the list takes no batches, and until when that is believed. */
  readonly off: { readonly why: 'refused' | 'forbidden'; readonly until: number } | null;
}

/** What a call of a batch may teach. */
export type Lesson =
  /** 414 to so many characters, 400 to so many questions of which each half was answered. */
  | { readonly about: 'characters' | 'questions'; readonly refused: number }
  /** Both halves were refused as the whole was: it is `in` that is not taken. */
  | { readonly about: 'refused' }
  /** The token lacks the list's role. */
  | { readonly about: 'forbidden' };

/** 30 ids are seen in use; 414 was seen near 2,000 characters (Azure-Sentinel automation, 2023). */
export const LONGEST_KNOWN = 1_600;
/** A refusal may have been about something that has changed; each trial is a call that may be lost. */
const GROWTH_PER_DAY = 0.25;
const REFUSED_MS = DAY_MS;
const FORBIDDEN_MS = HOUR_MS;

/** What may be sent at `now`; `most`: the setting. */
export function limitsOf(lessons: Lessons | undefined, most: number, now: number): BatchLimits {
  if (lessons?.off && now < lessons.off.until) return { questions: 1, characters: LONGEST_KNOWN };
  const grown = (known: number): number =>
    Math.floor(
      known * (1 + (GROWTH_PER_DAY * Math.max(0, now - (lessons?.learntAt ?? now))) / DAY_MS),
    );
  return {
    questions: Math.min(most, grown(lessons?.questions ?? most)),
    characters: Math.min(LONGEST_KNOWN, grown(lessons?.characters ?? LONGEST_KNOWN)),
  };
}

/** What is known after a lesson; null: that was known. */
export function afterLesson(
  lessons: Lessons | undefined,
  lesson: Lesson,
  { most, now }: { readonly most: number; readonly now: number },
): Lessons | null {
  const known = limitsOf(lessons && { ...lessons, off: null }, most, now);
  const before = { ...known, learntAt: now, off: lessons?.off ?? null };
  switch (lesson.about) {
    case 'characters':
    case 'questions': {
      const half = Math.max(1, Math.floor(lesson.refused / 2));
      return half < known[lesson.about] ? { ...before, [lesson.about]: half } : null;
    }
    case 'refused':
      return { ...before, off: { why: 'refused', until: now + REFUSED_MS } };
    case 'forbidden':
      return { ...before, off: { why: 'forbidden', until: now + FORBIDDEN_MS } };
  }
}
