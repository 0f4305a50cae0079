import { formatSamples } from './formatSamples';
import { hostileSamples } from './hostileSamples';
import { ipSamples } from './ipSamples';
import { otherKindSamples } from './otherKindSamples';
import { requestSamples } from './requestSamples';
import type { Sample } from './Sample';

/** All sample messages, for a simulated fleet that began at `startAt` (Unix ms). */
export function createSamples(startAt: number): readonly Sample[] {
  const at = (offsetMs: number) => new Date(startAt + offsetMs).toISOString();
  return [
    ...ipSamples(at),
    ...otherKindSamples,
    ...requestSamples(at),
    ...formatSamples(at),
    ...hostileSamples,
  ];
}
