import type { Clock } from '../clock/Clock';
import type { Machine } from '../defender/DefenderAnswer';
import type { ODataFilter } from '../defender/odata';
import type { InteractiveLookups } from '../enrichment/InteractiveLookups';
import type { EnrichmentRecord } from '../enrichment/EnrichmentRecord';
import { toEvidence } from '../enrichment/buildRecord';
import type { Reason } from '../enrichment/Progress';
import { MAX_ANSWER_BYTES } from './AnswerRecords';

export interface MachineListOptions {
  readonly filter: ODataFilter | null;
  /** 1..10000 */
  readonly top: number;
  readonly skip: number;
  readonly maxAgeMs: number | null;
  /** Unix ms. */
  readonly receivedAt: number;
}

export type MachinePage =
  | {
      readonly outcome: 'answered';
      readonly value: readonly Machine[];
      /** Where the next page begins; null on the last one. */
      readonly nextSkip: number | null;
      readonly evidence: EnrichmentRecord['evidence'];
    }
  | { readonly outcome: 'noSlot' | 'unavailable'; readonly until: number }
  | { readonly outcome: 'denied' | 'failed' | 'expired' | 'invalid'; readonly reason: Reason };

const BUDGET_MS = 60_000;
const MAX_TOP = 10_000;
/** The fewest rows a service was seen to serve at most, whatever it is asked for. A shorter page is the last one. */
const LEAST_PAGE_CAP = 100;

/** Pages of the list of machines, in the interactive lane and through the same cache as lookups. */
export class MachineList {
  constructor(
    private readonly deps: {
      readonly interactive: Pick<InteractiveLookups, 'ask'>;
      readonly clock: Clock;
    },
  ) {}

  async page({
    filter,
    top,
    skip,
    maxAgeMs,
    receivedAt,
  }: MachineListOptions): Promise<MachinePage> {
    const { interactive, clock } = this.deps;
    // One machine more than wanted tells whether there is a next page; Defender itself does not say.
    const asked = Math.min(top + 1, MAX_TOP);
    const query = { endpoint: 'machines', filter, top: asked, skip } as const;
    const deadlineAt = receivedAt + BUDGET_MS;
    const limits = { maxAgeMs, expiresAt: deadlineAt, receivedAt, deadlineAt };
    const result = await interactive.ask({ step: 'machineList', query }, limits);
    if (result.outcome !== 'answered') return result;
    const { machines, list } = result.answer;
    const skippedAt = list?.skippedAt ?? [];
    const value = fitting(machines.slice(0, top));
    const isFull = machines.length > value.length;
    const mayBeCapped = machines.length + skippedAt.length >= LEAST_PAGE_CAP;
    return {
      outcome: 'answered',
      value,
      nextSkip: isFull || mayBeCapped ? skip + placeOf(value.length, skippedAt) : null,
      evidence: [toEvidence(result, clock.now())],
    };
  }
}

/** Where the machine with this index stands among all rows of the page. */
function placeOf(index: number, skippedAt: readonly number[]): number {
  return skippedAt.reduce((place, at) => (at <= place ? place + 1 : place), index);
}

/** As many as fit into an answer, one at least; the rest is on the next page. */
function fitting(machines: readonly Machine[]): readonly Machine[] {
  let bytes = 0;
  const end = machines.findIndex((machine) => {
    bytes += Buffer.byteLength(JSON.stringify(machine)) + 1;
    return bytes > MAX_ANSWER_BYTES;
  });
  return end < 0 ? machines : machines.slice(0, Math.max(1, end));
}
