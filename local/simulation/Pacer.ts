import type { DefenderReply } from './SimulatedDefender';

/** A lookup in progress: the content of its message. */
export interface Job<C> {
  readonly lookup: number;
  /** Copies sent so far. */
  readonly hop: number;
  /** Failures of the store so far. */
  readonly failures: number;
  /** What the pacer wants to see again: a ticket, or nothing. */
  readonly carry: C | null;
}

export interface Later<C> {
  readonly outcome: 'later';
  /** True time at which the next copy shall become active. */
  readonly at: number;
  readonly carry: C | null;
  /** Whether it waits because the store failed. */
  readonly failed?: boolean;
}

export type Admission<C> = { readonly outcome: 'call'; readonly pass: C } | Later<C>;

/** One process's way of keeping to the quota. All instants it takes and gives are true time, as far as it knows it. */
export interface Pacer<C> {
  admit(job: Job<C>, delivery: number): Promise<Admission<C>>;
  /** What to do after the answer; null = nothing, the lookup is done. */
  settle(job: Job<C>, pass: C, reply: DefenderReply): Promise<Admission<C> | null>;
  /** A user waits for the answer: whether the call may be made within `maxWaitMs`. */
  admitInteractive?(maxWaitMs: number): Promise<C | null>;
}
