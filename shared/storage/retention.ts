import { DAY_MS, HOUR_MS } from '../clock/durations';

/** How long what this app stores is kept, counted from when it was written. */
export const RETENTION_MS = {
  /** Counted from the slot. */
  claims: HOUR_MS,
  /** Only the last hour is looked at. */
  activity: HOUR_MS,
  /** What work messages refer to: longer than the broker keeps a message, however long its queue refuses the record. */
  workBlobs: 16 * DAY_MS,
  /** Rows of requests, counted from the end of their day. */
  requestRows: 15 * DAY_MS,
  /** Large records of queue requests. */
  requestBlobs: 16 * DAY_MS,
  /** Records of asynchronous HTTP requests. */
  httpRequestBlobs: 4 * DAY_MS,
  quarantinedBodies: 30 * DAY_MS,
  answers: DAY_MS,
} as const;
