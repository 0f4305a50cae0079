import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Sample, SampleGroup } from '../samples/Sample';
import { awaitedOf } from './awaitedOf';

/**
 * The files of a folder as samples, by name, of which hidden ones are left out. `now` is Unix ms.
 * @throws Error naming the folder that cannot be read or has no files
 */
export function messageSamples(folder: string, tenantId: string, now: number): SampleGroup {
  const names = namesIn(folder);
  if (names.length === 0) throw new Error(`--messages: no files in ${resolve(folder)}`);
  const nameByEvent = new Map<string, string>();
  const samples = names.map((name): Sample => {
    const body = readFileSync(join(folder, name));
    const awaited = awaitedOf(body, name, tenantId, now);
    const sample = { name, title: name, body, expected: [], awaited };
    const event = awaited.requests.map(({ id }) => id).join();
    const repeats = event === '' ? undefined : nameByEvent.get(event);
    if (repeats !== undefined) return { ...sample, repeats };
    nameByEvent.set(event, name);
    return sample;
  });
  return { heading: basename(resolve(folder)), samples };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    throw new Error(`--messages: cannot read ${resolve(folder)}`, { cause: error });
  }
}
