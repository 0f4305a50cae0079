import type { Place } from './Place';

/** Whether Defender's verdict on a piece of evidence is bad. That it was `detected` says only that an alert names it. */
export function isAccused(verdict: Place): boolean {
  return verdict.is('suspicious', 'malicious');
}

/** Only so many files of an event count: first those with a bad verdict. */
export function accusedFirst<T>(all: readonly T[], verdictOf: (each: T) => Place): readonly T[] {
  const accused = all.filter((each) => isAccused(verdictOf(each)));
  return [...accused, ...all.filter((each) => !accused.includes(each))];
}
