import { formatSamples } from './formatSamples';
import { hostileSamples } from './hostileSamples';
import { ipSamples } from './ipSamples';
import { alertSamples, fileSamples, hostSamples, machineSamples } from './otherKindSamples';
import { requestSamples } from './requestSamples';
import type { Sample, SampleGroup } from './Sample';

/** All sample messages by what they are about, for a simulated fleet that began at `startAt` (Unix ms). */
export function createSampleGroups(startAt: number): readonly SampleGroup[] {
  const at = (offsetMs: number) => new Date(startAt + offsetMs).toISOString();
  return [
    { heading: 'IP addresses', samples: ipSamples(at) },
    { heading: 'Files', samples: fileSamples },
    { heading: 'Alerts', samples: alertSamples },
    { heading: 'Devices', samples: machineSamples },
    { heading: 'Host names', samples: hostSamples },
    { heading: 'Several indicators, and what a message may carry', samples: requestSamples(at) },
    { heading: 'Messages of products', samples: formatSamples(at) },
    { heading: 'Hostile and broken messages', samples: hostileSamples },
  ];
}

export function createSamples(startAt: number): readonly Sample[] {
  return createSampleGroups(startAt).flatMap(({ samples }) => samples);
}
