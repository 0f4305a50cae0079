import type { AnsweredStep } from '../../calls/Progress';
import type { RowId } from './overlap';
import type { PageReading } from './readings';
import { readingOf, type WalkState } from './Walk';

/** The answer to the page that `state` asked for, as far as the walk needs it: the place of each row. */
export function toPageReading(state: WalkState, { answer, calledAt }: AnsweredStep): PageReading {
  const { machines, list } = answer;
  const ids: RowId[] = machines.map(({ id }) => id);
  const seenAt = machines.map(({ lastSeen }) => Date.parse(lastSeen ?? '') || null);
  for (const at of list?.skippedAt ?? []) {
    ids.splice(at, 0, null);
    seenAt.splice(at, 0, null);
  }
  const { skip } = state;
  return { of: readingOf(state), skip, ids, seenAt, total: list?.total ?? null, calledAt };
}
