import { type Delivery, types } from 'rhea';
import type { AmqpFault } from './amqpErrors';
import { deliveryInternals, described } from './rheaInternals';

/** Descriptors of the delivery outcomes (AMQP 1.0 part 3, 3.4). */
const OUTCOME_CODES = { accepted: 0x24, rejected: 0x25, released: 0x26, modified: 0x27 };
export type Outcome = keyof typeof OUTCOME_CODES;

/** Settles a delivery on our side; clients take a `fault` for a failure even when they rejected the message themselves. */
export function settleDelivery(delivery: Delivery, outcome: Outcome, fault?: AmqpFault): void {
  const fields = fault ? [types.wrap_error(fault)] : [];
  // rhea puts two neighbours into one disposition without comparing their outcomes, but not if `settled` differs: an
  // object is as true as `true`, and equal to no other.
  const settled = outcome === 'accepted' ? true : (new Boolean(true) as boolean);
  delivery.update(settled, described(OUTCOME_CODES[outcome], types.wrap_list(fields)));
  // The peer sends nothing more after this, and rhea keeps the session's slot until both sides have settled. It must
  // come after the update, which writes nothing to a peer that has settled already.
  deliveryInternals(delivery).remote_settled = true;
}
