/**
 * No Defender call of a delivery starts later than this. With the longest call and the sends behind it a handler ends
 * well inside the lock of five minutes and the function's own timeout.
 */
export const DELIVERY_BUDGET_MS = 60_000;
