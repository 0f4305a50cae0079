import type { IndicatorKind } from '../indicators/Indicator';
import type { Asks } from '../lookups/Lookup';
import type { GivenTime, SiemRequest } from '../siem/SiemRequest';

/** One question of a playbook. */
export interface Question {
  readonly kind: IndicatorKind;
  readonly text: string;
  /** Name of the parameter that carries the value. */
  readonly path: string;
  readonly asks: Asks;
  /** Unix ms; null: now. */
  readonly at: number | null;
  readonly maxAgeMs: number | null;
}

/** One question as a message would ask it, so that it takes the same way. */
export function toSiemRequest({ kind, text, path, at, maxAgeMs }: Question): SiemRequest {
  return {
    format: 'plain',
    source: null,
    eventId: null,
    revision: null,
    priority: 'normal',
    notAfter: null,
    maxAgeMs,
    entryPath: '',
    tenantIds: [],
    context: {},
    contextCut: false,
    indicators: [
      {
        kind,
        text,
        path,
        hashAlgorithm: null,
        ref: null,
        alternatives: [],
        time: at === null ? null : toTime(at),
      },
    ],
    ignored: [],
    leftOut: [],
    leftOutCount: 0,
  };
}

function toTime(at: number): GivenTime {
  const text = new Date(at).toISOString();
  return { at, text, path: 'at', from: 'indicator', zoneAssumed: false };
}
