import { BatchCounts } from '../batches/BatchCounts';
import { BatchDesk } from '../batches/BatchDesk';
import { Batches } from '../batches/Batches';
import { BatchLessons } from '../batches/BatchLessons';
import { FailedCalls } from '../calls/FailedCalls';
import type { DefenderClient } from '../defender/DefenderClient';
import type { SharedQuota } from './createQuota';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface SharedBatches {
  readonly batches: Batches;
  readonly lessons: BatchLessons;
  readonly counts: BatchCounts;
}

/** How questions of this process share calls. */
export function createBatches(
  { config, clock, random, logger }: Foundation,
  { answers, batches: store }: Stores,
  { fairShare: quota, keeper }: SharedQuota,
  defender: DefenderClient,
): SharedBatches {
  const { deniedAfterMs, batchMaxQuestions: mostQuestions } = config.lookups;
  const lessons = new BatchLessons({ keeper, clock, mostQuestions });
  const counts = new BatchCounts();
  const { cacheTtlMs } = config;
  const desk = new BatchDesk({ store, quota, slots: keeper, lessons, clock, cacheTtlMs });
  const batches = new Batches({
    quota,
    slots: keeper,
    defender,
    answers,
    clock,
    lessons,
    desk,
    callerKind: () => quota.callerKind(),
    counts,
    logger,
    failedCalls: new FailedCalls({ clock, random, logger, deniedAfterMs }),
  });
  return { batches, lessons, counts };
}
