import { fitting, type ListId } from '../../../shared/batches/batchQuery';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { BatchLimits } from '../../../shared/quota/calendar/lessons';
import type { BulkFlow } from '../../../shared/quota/Quota';
import { newGroup, type Ask, type Group } from './Group';

export interface BatchQueue {
  readonly list: ListId;
  readonly flow: BulkFlow;
}

/** Batches that wait for their slots: of each list and flow the newest is open to further questions. */
export class OpenBatches {
  private readonly open = new Map<string, Group>();

  constructor(private readonly queryOf: (ask: Ask) => DefenderQuery) {}

  /** Gives each a place. @returns the batches that were opened for them. */
  join({ list, flow }: BatchQueue, asks: readonly Ask[], limits: BatchLimits): readonly Group[] {
    const key = `${list}|${flow}`;
    const opened: Group[] = [];
    let group = this.open.get(key);
    for (let from = 0; from < asks.length;) {
      if (group) from += this.fill(group, list, asks.slice(from, from + limits.questions), limits);
      if (from >= asks.length) break;
      group = newGroup(list, true);
      opened.push(group);
    }
    const newest = opened.at(-1);
    if (newest) this.open.set(key, newest);
    return opened;
  }

  /** It takes no more questions. */
  close(group: Group): void {
    for (const [key, open] of this.open) if (open === group) this.open.delete(key);
  }

  /** @returns how many of them, from the first on, there was room for. */
  private fill(
    { members, queries }: Group,
    list: ListId,
    asks: readonly Ask[],
    limits: BatchLimits,
  ): number {
    const most = Math.max(0, limits.questions - members.length);
    const wanted = asks.slice(0, most).map(this.queryOf);
    const added = Math.max(0, fitting(list, [...queries, ...wanted], limits) - members.length);
    members.push(...asks.slice(0, added));
    queries.push(...wanted.slice(0, added));
    return added;
  }
}
