/** What lies in a queue; `scheduled` are messages whose time has not come. */
export interface QueueDepth {
  readonly active: number;
  readonly scheduled: number;
  readonly deadLettered: number;
}

/** By name, null for what is no queue; or why nothing can be said. */
export type DepthReading =
  | { readonly ok: true; readonly depths: Readonly<Record<string, QueueDepth | null>> }
  | { readonly ok: false; readonly code: 'broker.depthsDenied' | 'broker.depthsUnreadable' };

/** How much waits in the queues. It takes the right to manage them, which sending and receiving do not need. */
export interface QueueDepths {
  /** Never rejects. */
  read(queues: readonly string[]): Promise<DepthReading>;
}
