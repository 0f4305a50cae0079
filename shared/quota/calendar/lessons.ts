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
  /** As long as this is believed to be answered, since a call was, and when that was; null: none was. */
  readonly proof: { readonly characters: number; readonly at: number } | null;
  /** Until then one process tries a longer call, and the others wait. */
  readonly trialUntil: number;
}

/** What a call of a batch may teach. */
export type Lesson =
  /** 414 to so many characters, 400 to so many questions of which each half was answered. */
  | { readonly about: 'characters' | 'questions'; readonly refused: number }
  /** Both halves were refused as the whole was: it is `in` that is not taken. */
  | { readonly about: 'refused' }
  /** The token lacks the list's role. */
  | { readonly about: 'forbidden' }
  /** A longer call than any before is about to be made: a lesson for one process at a time. */
  | { readonly about: 'trial'; readonly characters: number }
  | { readonly about: 'answered'; readonly characters: number }
  /** The trial was answered, but says nothing about batches. */
  | { readonly about: 'nothing' };

/** 30 ids are seen in use; 414 was seen near 2,000 characters (Azure-Sentinel automation, 2023). */
export const LONGEST_KNOWN = 1_600;
/** A refusal may have been about something that has changed; each trial is a call that may be lost. */
const GROWTH_PER_DAY = 0.25;
/** A longer call that is answered shows that what is believed of the length holds: a trial for each would delay many. */
const SHORT = 400;
const PROOF_MS = DAY_MS;
/** A process that tries is done by then, or dead. */
const TRIAL_MS = 30_000;
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

/** Whether a call of so many characters was answered lately. */
export const isProven = (lessons: Lessons | undefined, characters: number, now: number): boolean =>
  !!lessons?.proof && now < lessons.proof.at + PROOF_MS && characters <= lessons.proof.characters;

/** Whether a longer call is being tried. */
export const isTrying = (lessons: Lessons | undefined, now: number): boolean =>
  lessons !== undefined && now < lessons.trialUntil;

/** What is known after a lesson; null: that was known, or the trial is another's. */
export function afterLesson(
  lessons: Lessons | undefined,
  lesson: Lesson,
  { most, now }: { readonly most: number; readonly now: number },
): Lessons | null {
  const known = limitsOf(lessons && { ...lessons, off: null }, most, now);
  const { off = null, proof = null } = lessons ?? {};
  const before: Lessons = { ...known, learntAt: now, off, proof, trialUntil: 0 };
  const kept = lessons ?? before;
  switch (lesson.about) {
    case 'characters':
    case 'questions': {
      const half = Math.max(1, Math.floor(lesson.refused / 2));
      if (half >= known[lesson.about]) return null;
      const isLonger = lesson.about === 'characters' && proof !== null && proof.characters > half;
      const shorter = isLonger ? { ...proof, characters: half } : proof;
      return { ...before, [lesson.about]: half, proof: shorter };
    }
    case 'refused':
      return { ...before, off: { why: 'refused', until: now + REFUSED_MS }, proof: null };
    case 'forbidden':
      return { ...before, off: { why: 'forbidden', until: now + FORBIDDEN_MS } };
    case 'trial': {
      const isOthers = isTrying(lessons, now) || isProven(lessons, lesson.characters, now);
      return isOthers ? null : { ...kept, trialUntil: now + TRIAL_MS };
    }
    case 'answered': {
      const isLong = lesson.characters > SHORT;
      const characters = isLong ? Math.max(lesson.characters, known.characters) : SHORT;
      return { ...kept, proof: { characters, at: now }, trialUntil: 0 };
    }
    case 'nothing':
      return isTrying(lessons, now) ? { ...kept, trialUntil: 0 } : null;
  }
}
