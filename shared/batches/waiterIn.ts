import { postponed, type Postponed, type StepAttempt } from '../calls/StepAttempt';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { NextBatch } from './BatchStore';

/** The question waits in the batch, whose call another makes. */
export const waiterIn = ({ id, resumeAt }: NextBatch, state: StepAttempt): Postponed => ({
  ...postponed(state, resumeAt),
  batch: id,
});

/** Trouble in a store only makes each question ask for itself. @throws anything else */
export function forTrouble(error: unknown): null {
  const isTrouble =
    error instanceof StorageUnavailableError || error instanceof QuotaUnavailableError;
  if (!isTrouble) throw error;
  return null;
}
