import type { GivenTime, SiemRequest } from '../siem/SiemRequest';
import type { Question } from './HttpLookups';

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
    tenantIds: [],
    context: {},
    contextCut: false,
    indicators: [
      {
        ...{ kind, text, path, hashAlgorithm: null, ref: null },
        time: at === null ? null : toTime(at),
      },
    ],
    ...{ ignored: [], leftOut: [], leftOutCount: 0 },
  };
}

function toTime(at: number): GivenTime {
  const text = new Date(at).toISOString();
  return { at, text, path: 'at', from: 'indicator', zoneAssumed: false };
}
