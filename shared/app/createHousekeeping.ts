import { Housekeeping } from '../storage/Housekeeping';
import { isLedgerBlob } from '../requestRecords/ledgerRows';
import { RETENTION_MS } from '../storage/retention';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

/** What is removed once it is old; the inventory tidies its own. */
export function createHousekeeping(
  { clock, logger }: Foundation,
  { storage, callLeases, batches, activity, requests, fit }: Stores,
): Housekeeping {
  const blobs = (container: string, prefix: string, keepMs: number) => ({
    container: storage.container(container),
    prefix,
    keepMs,
  });
  return new Housekeeping({
    clock,
    logger,
    rows: [
      {
        table: 'claims',
        removeBefore: (at) => callLeases.removeBefore(at),
        keepMs: RETENTION_MS.claims,
      },
      {
        table: 'batches',
        removeBefore: (at) => batches.removeBefore(at),
        keepMs: RETENTION_MS.claims,
      },
      {
        table: 'activity',
        removeBefore: (at) => activity.removeBefore(at),
        keepMs: RETENTION_MS.activity,
      },
      {
        table: 'requests',
        removeBefore: (at) => requests.removeBefore(at),
        keepMs: RETENTION_MS.requestRows,
      },
    ],
    blobs: [
      blobs('results', 'work/', RETENTION_MS.workBlobs),
      blobs('results', 'requests/', RETENTION_MS.requestBlobs),
      { ...blobs('results', 'requests/', RETENTION_MS.httpRequestBlobs), keep: isLedgerBlob },
      blobs('results', 'records/', fit.keepMs),
      blobs('quarantine', '', RETENTION_MS.quarantinedBodies),
      blobs('answers', '', RETENTION_MS.answers),
    ],
  });
}
