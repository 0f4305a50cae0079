import type { Place } from './Place';

/**
 * Whether Defender calls a piece of evidence suspicious: by these verdicts or roles. `detected` means only that
 * an alert names it.
 */
export function isAccused(verdicts: readonly Place[]): boolean {
  return verdicts.some((verdict) => verdict.is('suspicious', 'malicious'));
}

/** Only so many files of an event count: first those that are called suspicious. */
export function accusedFirst<T>(
  all: readonly T[],
  verdictsOf: (each: T) => readonly Place[],
): readonly T[] {
  const accused = new Set(all.filter((each) => isAccused(verdictsOf(each))));
  return [...accused, ...all.filter((each) => !accused.has(each))];
}
