import type { ListId } from './batchQuery';

/** Questions that are about to be asked: a call that is made now waits for those under way, and for no later ones. */
export class Arrivals {
  private readonly underWay = new Map<ListId, Set<Promise<void>>>();

  /** @returns to be called once the question is here, or never comes. */
  expect(list: ListId): () => void {
    let arrive = (): void => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const others = this.underWay.get(list) ?? new Set();
    this.underWay.set(list, others.add(arrival));
    return () => {
      others.delete(arrival);
      arrive();
    };
  }

  /** Resolves when all that are under way now have come. */
  async settled(list: ListId): Promise<void> {
    await Promise.all(Array.from(this.underWay.get(list) ?? []));
  }
}
