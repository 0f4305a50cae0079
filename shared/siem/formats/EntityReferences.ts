import { isJsonObject } from '../../json/Json';
import type { Place } from './Place';

/** How entities name each other: `{"$ref": "4"}` for the one with `"$id": "4"`, at any depth. */
export class EntityReferences {
  private byId: ReadonlyMap<string, Place> | null = null;

  constructor(private readonly places: readonly Place[]) {}

  /** What a `$ref` names: nothing if its target is missing. An object without one is itself. */
  resolve(place: Place): Place {
    const ref = place.at('$ref').text;
    if (ref === null) return place;
    this.byId ??= idsIn(this.places);
    return this.byId.get(ref) ?? place.with(null);
  }
}

/** The first of equal ids counts. A loop, though the body's depth is bounded. */
function idsIn(places: readonly Place[]): ReadonlyMap<string, Place> {
  const byId = new Map<string, Place>();
  const waiting = places.toReversed();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const id = next.at('$id').text;
    if (id !== null && !byId.has(id)) byId.set(id, next);
    const inside = isJsonObject(next.value) ? next.fields : entriesOf(next);
    waiting.push(...inside.toReversed());
  }
  return byId;
}

const entriesOf = (place: Place): readonly Place[] =>
  Array.isArray(place.value) ? place.list : [];
