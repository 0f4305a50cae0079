/** How long a delivery and its message wait around the slot of a ticket. */
export const WAIT_MS = {
  /** A slot this near is waited for in place; the next delivery would take about as long. */
  hold: 4_000,
  /** A message joins the end of the queue when its time comes, so it is woken a little earlier. */
  lead: 1_500,
  /** A slot that a caller waits for may still move a little. */
  slotSlack: 2_000,
} as const;

/** What becomes of a ticket in the delivery that has it. */
export type Hold =
  /** A slot at most `ms` away is waited for in place; a later one is left to the next delivery. */
  | { readonly kind: 'upTo'; readonly ms: number }
  /** The call is left to the next delivery, however near its slot is. */
  | { readonly kind: 'none' };
