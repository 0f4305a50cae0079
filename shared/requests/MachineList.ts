import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { machineSchema, type Machine } from '../defender/DefenderAnswer';
import type { ODataFilter } from '../defender/odata';
import type { InteractiveLookups, LaterOutcome } from '../lookups/InteractiveLookups';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { toEvidence } from '../records/buildRecord';
import type { Reason } from '../errors/Reason';
import { MAX_CONTENT_BYTES } from './AnswerRecords';

export interface MachineListOptions {
  readonly filter: ODataFilter | null;
  /** 1..10000 */
  readonly top: number;
  readonly skip: number;
  readonly maxAgeMs: number | null;
  /** Unix ms. */
  readonly receivedAt: number;
}

interface AnsweredPage {
  readonly outcome: 'answered';
  readonly value: readonly Machine[];
  /** Where the next page begins; null on the last one. */
  readonly nextSkip: number | null;
  /** Ids of those of which there is only an outline: they are larger than an answer. */
  readonly truncated: readonly string[];
  readonly evidence: EnrichmentRecord['evidence'];
}

export type MachinePage =
  | AnsweredPage
  | { readonly outcome: LaterOutcome; readonly resumeAt: number }
  | { readonly outcome: 'denied' | 'failed' | 'expired' | 'invalid'; readonly reason: Reason };

const BUDGET_MS = MINUTE_MS;
const MAX_TOP = 10_000;
/** The fewest rows a service was seen to serve at most, whatever it is asked for. A shorter page is the last one. */
const LEAST_PAGE_CAP = 100;
const OUTLINE_CHARACTERS = 1024;

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
    // One machine more than wanted shows whether there is a next page; Defender does not report it.
    const asked = Math.min(top + 1, MAX_TOP);
    const query = { endpoint: 'machines', filter, top: asked, skip } as const;
    const deadlineAt = receivedAt + BUDGET_MS;
    const limits = { maxAgeMs, expiresAt: deadlineAt, receivedAt, deadlineAt };
    const result = await interactive.ask({ step: 'machineList', query }, limits);
    if (result.outcome !== 'answered') return result;
    const { machines, list } = result.answer;
    const skippedAt = list?.skippedAt ?? [];
    const { value, truncated } = fitting(machines.slice(0, top));
    const rows = machines.length + skippedAt.length;
    const hasMore = machines.length > value.length || rows > top || rows >= LEAST_PAGE_CAP;
    return {
      outcome: 'answered',
      value,
      nextSkip: hasMore ? skip + placeOf(value.length, skippedAt) : null,
      truncated,
      evidence: [toEvidence(result, clock.now())],
    };
  }
}

/** The place of the machine with this index among all rows of the page. */
function placeOf(index: number, skippedAt: readonly number[]): number {
  return skippedAt.reduce((place, at) => (at <= place ? place + 1 : place), index);
}

/** As many as fit into an answer; the rest is on the next page. A machine too large for any answer is outlined. */
function fitting(machines: readonly Machine[]): Pick<AnsweredPage, 'value' | 'truncated'> {
  let bytes = 0;
  const end = machines.findIndex((machine) => {
    bytes += Buffer.byteLength(JSON.stringify(machine)) + 1;
    return bytes > MAX_CONTENT_BYTES;
  });
  const [first] = machines;
  if (end !== 0 || first === undefined) {
    return { value: machines.slice(0, end < 0 ? undefined : end), truncated: [] };
  }
  const outline = outlineOf(first);
  return { value: [outline], truncated: [outline.id] };
}

/** The fields that this app reads: identity and state of the machine. */
function outlineOf(machine: Machine): Machine {
  const known = Object.keys(machineSchema.shape).flatMap((name) => {
    const value = machine[name];
    return typeof value === 'string' ? [[name, value.slice(0, OUTLINE_CHARACTERS)]] : [];
  });
  return machineSchema.parse(Object.fromEntries(known));
}
