import type { FileFormat } from './snapshotFiles';

export interface SnapshotPlace {
  readonly tenantId: string;
  readonly runId: string;
  /** Unix ms. */
  readonly slotAt: number;
}

/** Where a run's files lie in the container: complete ones under `v1/`, others, in the same shape, under `incomplete/`. */
export function snapshotPaths({ tenantId, runId, slotAt }: SnapshotPlace, isComplete: boolean) {
  const root = isComplete ? 'v1' : 'incomplete';
  const day = `tenant=${tenantId}/dt=${new Date(slotAt).toISOString().slice(0, 10)}`;
  return {
    devices: (format: FileFormat, name: string) =>
      `${root}/devices/format=${format}/${day}/run=${runId}/${name}`,
    delta: (name: string) => `${root}/delta/${day}/run=${runId}/${name}`,
    manifest: `${root}/manifests/${day}/${runId}.json`,
  };
}

export const latestPath = (tenantId: string, name: string): string =>
  `v1/latest/tenant=${tenantId}/${name}`;

/** What the next run compares itself with; private. */
export const indexPath = (runId: string): string => `work/index/${runId}.ndjson.gz`;

/** What the run itself is compared with; private. */
export const previousPath = (runId: string): string => `work/${runId}/previous.json`;
