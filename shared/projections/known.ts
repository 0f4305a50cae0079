export type Fact = string | number | boolean | null | undefined | readonly Fact[] | Facts;
export interface Facts {
  readonly [name: string]: Fact;
}

/** The same without what is not known: nulls, and lists and objects that hold nothing. */
export function known(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => {
      const value = knownPart(fact);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function knownPart(fact: Fact): Fact {
  if (typeof fact !== 'object') return fact;
  if (fact === null) return undefined;
  if (isList(fact)) {
    const entries = fact.map(knownPart).filter((entry) => entry !== undefined);
    return entries.length > 0 ? entries : undefined;
  }
  const facts = known(fact);
  return Object.keys(facts).length > 0 ? facts : undefined;
}

/** `Array.isArray` does not narrow read-only lists. */
const isList = (fact: readonly Fact[] | Facts): fact is readonly Fact[] => Array.isArray(fact);
