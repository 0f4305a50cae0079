export type PropertyType = 'string' | 'date' | 'number' | 'guid' | 'strings';

export type PropertyLookup =
  | { readonly outcome: 'filterable'; readonly name: string; readonly type: PropertyType }
  | { readonly outcome: 'notFilterable' | 'unknown' };

/** What `$filter` may name of one type of entity. */
export class FilterableProperties {
  private readonly filterable: ReadonlyMap<string, { name: string; type: PropertyType }>;
  private readonly known: ReadonlySet<string>;

  /** @param known all properties, of which those in `types` can be filtered */
  constructor(
    /** As error messages name it, without its namespace. */
    readonly entity: string,
    types: Readonly<Record<string, PropertyType>>,
    known: readonly string[],
  ) {
    this.filterable = new Map(
      Object.entries(types).map(([name, type]) => [name.toLowerCase(), { name, type }]),
    );
    this.known = new Set(known.map((name) => name.toLowerCase()));
  }

  /** Names match in any case (`ComputerDNSName`, `riskscore` are used in production). */
  lookUp(name: string): PropertyLookup {
    const key = name.toLowerCase();
    const found = this.filterable.get(key);
    if (found) return { outcome: 'filterable', ...found };
    return { outcome: this.known.has(key) ? 'notFilterable' : 'unknown' };
  }
}
