import type { Indicator, IndicatorKind } from '../../indicators/Indicator';
import type { ParsedIndicator } from '../../indicators/IndicatorProblem';
import { KINDS } from '../../kinds/kinds';
import { saysNothing } from '../saysNothing';
import type { Place } from './Place';

/** A value that could be looked up, of the kind that its place implies. */
export interface Candidate {
  readonly kind: IndicatorKind;
  readonly text: string;
  readonly path: string;
  /** The message's name for a digest; null if it gives none. */
  readonly hashAlgorithm: string | null;
  readonly parsed: ParsedIndicator<Indicator>;
}

/** One place or several; what is not given does not count. */
export type Places = Place | readonly Place[];

/** Every text and number at these places, and in lists there. */
export function textsAt(places: Places | undefined): readonly Place[] {
  if (!places) return [];
  const each = Array.isArray(places) ? (places as readonly Place[]) : [places as Place];
  return each.flatMap((place) =>
    place.list.flatMap((entry) => (entry.text === null ? textsIn(entry) : [entry])),
  );
}

/** Flattens nested lists; an object holds no text itself. */
const textsIn = (place: Place): readonly Place[] =>
  Array.isArray(place.value) ? textsAt(place.list) : [];

/** Null for a placeholder (`n/a`, `-`). */
export function toCandidate(
  kind: IndicatorKind,
  place: Place,
  hashAlgorithm: string | null = null,
): Candidate | null {
  const { text, path } = place;
  if (text === null || saysNothing(text, kind)) return null;
  return {
    kind,
    text,
    path,
    hashAlgorithm,
    parsed: KINDS[kind].parse(text, hashAlgorithm ?? ''),
  };
}

/** The canonical value, so that spellings of one value are equal; of a broken one its text. */
export const valueOf = ({ parsed, text }: Candidate): string =>
  parsed.ok ? parsed.indicator.value : text;
