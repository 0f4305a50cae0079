import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Inventory } from '../../shared/inventory/createInventory';
import type { Manifest, ManifestFile } from '../../shared/inventory/snapshot/Manifest';
import {
  DELTA_FORMATS,
  FORMATS,
  type FileFormat,
} from '../../shared/inventory/snapshot/snapshotFiles';
import { snapshotPaths, type SnapshotPlace } from '../../shared/inventory/snapshot/snapshotPaths';

const MANIFEST = 'manifest.json';
const SUMS = 'SHA256SUMS';
/** Every file that a run may leave; the manifest goes first, as without it nothing is a snapshot. */
const NAMES = [
  MANIFEST,
  SUMS,
  ...Object.values(FORMATS).map(({ latest }) => latest),
  ...Object.values(DELTA_FORMATS).map(({ part }) => part),
];

/**
 * Writes every file of the snapshot into the folder, with SHA256SUMS, the manifest last. Files of an older run are removed.
 * @throws Error a file is not as listed
 */
export async function downloadSnapshot(
  { publisher, snapshots }: Pick<Inventory, 'publisher' | 'snapshots'>,
  place: SnapshotPlace,
  folder: string,
): Promise<Manifest> {
  const manifest = await publisher.manifestOf(place);
  if (!manifest) throw new Error(`Run ${place.runId} has no files any more.`);
  for (const name of NAMES) await rm(join(folder, name), { force: true });
  for (const file of manifest.files) {
    const { path, sha256 } = file;
    const blob = await snapshots.open(path);
    if (!blob) throw new Error(`There is no blob ${path}.`);
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(blob, hashing, createWriteStream(join(folder, nameOf(file))));
    if (hash.digest('hex') !== sha256) throw new Error(`${path} is not what the manifest says.`);
  }
  const text = await snapshots.readText(snapshotPaths(place, manifest.complete).manifest);
  const local = text?.text ?? '';
  const sums = [
    ...manifest.files.map((file) => [file.sha256, nameOf(file)]),
    [createHash('sha256').update(local).digest('hex'), MANIFEST],
  ];
  // As `sha256sum --check` reads it.
  await writeFile(join(folder, SUMS), sums.map(([sum, name]) => `${sum}  ${name}\n`).join(''));
  await writeFile(join(folder, MANIFEST), local);
  return manifest;
}

/** As under `latest`. */
function nameOf({ path, format }: ManifestFile): string {
  return format in FORMATS ? FORMATS[format as FileFormat].latest : basename(path); // looked up
}
