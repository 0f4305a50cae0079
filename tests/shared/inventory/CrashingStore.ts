import type { SnapshotStore } from '../../../shared/inventory/snapshot/SnapshotStore';

/** The process is gone; nothing that would have come next happens. */
export class Crash extends Error {}

/** What changes something outside. */
const WRITES = new Set<PropertyKey>(['writeText', 'upload', 'copy', 'remove']);

type Write = (path: string, ...rest: readonly unknown[]) => Promise<unknown>;

/** Around each change of a store: `make` makes it. */
export type Around = (name: string, make: () => Promise<unknown>) => Promise<unknown>;

/** The store, with `around` about everything that it changes. */
export function wrapWrites(store: SnapshotStore, around: Around): SnapshotStore {
  return new Proxy(store, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (!WRITES.has(property)) return method;
      return (...args: Parameters<Write>) =>
        around(String(property), () => (method as Write).apply(target, args)); // listed above
    },
  });
}

/** Dies at its `at`th change (from 0), before it takes effect or after. */
export function crashingStore(
  store: SnapshotStore,
  { at, when }: { readonly at: number; readonly when: 'before' | 'after' },
): SnapshotStore {
  let changes = 0;
  return wrapWrites(store, async (_, make) => {
    const isHere = changes++ === at;
    if (isHere && when === 'before') throw new Crash();
    const made = await make();
    if (isHere) throw new Crash();
    return made;
  });
}
