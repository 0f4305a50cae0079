import { inventoryLatestRoute } from '../../../functions/inventoryLatest/handler';
import type { Manifest } from '../../../shared/inventory/snapshot/Manifest';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { callRoute } from '../http/callRoute';

const none = { total: 0, byOsPlatform: {}, byRiskScore: {}, byExposureLevel: {} };
const manifest: Manifest = {
  schemaVersion: '1.0',
  runId: '20260131T021000000Z',
  tenantId: 't',
  slot: '',
  startedAt: '',
  completedAt: '',
  complete: true,
  warnings: [],
  source: {
    filter: null,
    pages: 2,
    calls: 2,
    throttled: 0,
    overlapsChecked: 1,
    rewinds: 0,
    walks: 1,
    skippedRows: 0,
    mistypedRows: 0,
  },
  files: [],
  counts: { ...none, byHealthStatus: {}, byOnboardingStatus: {}, byOsPlatformAndRiskScore: {} },
  previousRunId: null,
  delta: { new: 0, changed: 0, retired: 0 },
};

type Latest = Parameters<typeof inventoryLatestRoute>[0]['inventory']['publisher']['latest'];

const ask = (latest: Latest) =>
  callRoute(inventoryLatestRoute({ inventory: { publisher: { latest } } }), 'inventory/latest', {
    method: 'GET',
  });

describe('GET /api/inventory/latest', () => {
  it('answers the manifest of the newest complete snapshot', async () => {
    const { status, body } = await ask(() => Promise.resolve({ manifest, etag: '1' }));

    expect(status).toBe(200);
    expect(body).toEqual(manifest);
  });

  it('answers 404 before the first, and says how to get one', async () => {
    const { status, body } = await ask(() => Promise.resolve(null));

    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'inventory.noSnapshot',
      detail: expect.stringContaining('POST /api/inventory/runs') as string,
    });
  });

  it('answers 503 while storage cannot be reached', async () => {
    const { status } = await ask(() => Promise.reject(new StorageUnavailableError('read', '503')));

    expect(status).toBe(503);
  });
});
