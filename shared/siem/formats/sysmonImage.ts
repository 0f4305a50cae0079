import type { Place } from './Place';

/** The file that the `Hashes` of a Sysmon event are of: a loaded module, a file that was written, or the process itself. */
export function sysmonImage(details: Place): Place {
  return details.at(
    'ImageLoaded',
    'imageLoaded',
    'TargetFilename',
    'targetFilename',
    'Image',
    'image',
  );
}
