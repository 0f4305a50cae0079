import { LIST_IDS, type ListId } from './batchQuery';

/** What this process has asked of a list since its start. */
export interface BatchCount {
  /** Calls of the list that answered questions, most of them several. */
  readonly calls: number;
  readonly questions: number;
  /** Rows that matched no question. */
  readonly droppedRows: number;
}

/** How much batches save. */
export class BatchCounts {
  private readonly counts = new Map<ListId, BatchCount>();

  called(list: ListId, questions: number): void {
    const known = this.of(list);
    this.counts.set(list, {
      ...known,
      calls: known.calls + 1,
      questions: known.questions + questions,
    });
  }

  dropped(list: ListId, rows: number): void {
    const known = this.of(list);
    this.counts.set(list, { ...known, droppedRows: known.droppedRows + rows });
  }

  list(): Readonly<Record<ListId, BatchCount>> {
    const [machines, alerts] = LIST_IDS;
    return { machines: this.of(machines), alerts: this.of(alerts) };
  }

  private of(list: ListId): BatchCount {
    return this.counts.get(list) ?? { calls: 0, questions: 0, droppedRows: 0 };
  }
}
