const DELAY_SECONDS = /^\d{1,9}$/;
/** The three forms of RFC 9110 §5.6.7 begin so; `Date.parse` alone would take nearly anything. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\d A-Za-z:-]+$/;

/**
 * The wait that a `Retry-After` header asks for, in ms from `now` (Unix ms). Null for none, for an
 * unreadable value, and for a date in the past, which reflects differing clocks rather than a wait.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const value = header?.trim() ?? '';
  if (DELAY_SECONDS.test(value)) return Number(value) * 1000;
  if (!HTTP_DATE.test(value)) return null;

  const at = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
  return at > now ? at - now : null;
}
