/** A priority queue: `pop` gives the element that comes first. */
export class BinaryHeap<T> {
  private readonly comesFirst: (a: T, b: T) => boolean;
  private items: T[] = [];

  constructor(comesFirst: (a: T, b: T) => boolean) {
    this.comesFirst = comesFirst;
  }

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const items = this.items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex];
      if (parent === undefined || !this.comesFirst(item, parent)) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const items = this.items;
    const first = items[0];
    const last = items.pop();
    if (first !== undefined && last !== undefined && items.length > 0) this.sink(last);
    return first;
  }

  /** Replaces the contents; the cure for elements that have gone stale inside. */
  replaceAll(items: Iterable<T>): void {
    this.items = [];
    for (const item of items) this.push(item);
  }

  private sink(item: T): void {
    const items = this.items;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = items[childIndex];
      const right = items[childIndex + 1];
      if (child !== undefined && right !== undefined && this.comesFirst(right, child)) {
        childIndex += 1;
        child = right;
      }
      if (child === undefined || !this.comesFirst(child, item)) break;
      items[index] = child;
      index = childIndex;
    }
    items[index] = item;
  }
}
