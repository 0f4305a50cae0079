import type { BatchCounts } from './BatchCounts';
import type { BatchLessons } from './BatchLessons';
import type { ListId } from './batchQuery';

/** What an operator wants to know of the batches of one list. */
export interface BatchStatus {
  /** Of the process that answers, since its start: calls that answered questions, and how many. */
  readonly calls: number;
  readonly questions: number;
  /** Null before the first call. */
  readonly questionsPerCall: number | null;
  readonly droppedRows: number;
  /** What has been learnt, by any process; 1 question: no batches. */
  readonly mostQuestions: number;
  readonly mostCharacters: number;
  /** Why there are none, until when (Unix ms). */
  readonly off: { readonly why: 'refused' | 'forbidden'; readonly until: number } | null;
}

export type BatchStatuses = Readonly<Record<ListId, BatchStatus>>;

/** @throws {QuotaUnavailableError} */
export async function batchStatus(
  lessons: Pick<BatchLessons, 'limits' | 'off'>,
  counts: Pick<BatchCounts, 'list'>,
): Promise<BatchStatuses> {
  const of = async (list: ListId): Promise<BatchStatus> => {
    const { calls, questions, droppedRows } = counts.list()[list];
    const limits = await lessons.limits(list);
    return {
      calls,
      questions,
      questionsPerCall: calls === 0 ? null : Math.round((10 * questions) / calls) / 10,
      droppedRows,
      mostQuestions: limits.questions,
      mostCharacters: limits.characters,
      off: await lessons.off(list),
    };
  };
  return { machines: await of('machines'), alerts: await of('alerts') };
}
