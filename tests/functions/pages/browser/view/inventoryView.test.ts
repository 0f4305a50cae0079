import { inventoryView } from '../../../../../functions/pages/browser/view/inventoryView';
import { manifest as example } from '../../../../../shared/openapi/examples';
import type { Manifest } from '../../../../../shared/inventory/snapshot/Manifest';
import type { InventoryStatus } from '../../../../../shared/health/StatusReport';

const now = new Date(2026, 10, 29, 12, 0, 0).getTime();
const at = (ms: number) => new Date(now + ms).toISOString();
const manifest: Manifest = {
  ...(example as Manifest), // as the API description has it
  slot: at(-3_600_000),
  counts: {
    ...example.counts,
    total: 1_206,
    byExposureLevel: { Low: 1_000, High: 206 },
    byOsPlatformAndRiskScore: {
      Linux: { unspecified: 2, High: 4 },
      Windows11: { None: 1_100, High: 100 },
    },
  },
  delta: { new: 3, changed: 20, retired: 1 },
};
const run: InventoryStatus = {
  runId: '20261129T110000000Z',
  status: 'published',
  slot: at(-3_600_000),
  startedAt: at(-3_600_000),
  completedAt: at(-3_540_000),
  nextAt: null,
  machines: 1_206,
  calls: 3,
  throttled: 0,
  waits: 0,
  reasonCode: null,
  warnings: [],
};

describe('inventoryView()', () => {
  it('crosses systems with risk, the largest and the worst first', () => {
    const { risks, systems, exposure } = inventoryView(manifest, run, now);

    expect(risks).toEqual(['High', 'None', 'unspecified']);
    expect(systems).toEqual([
      { name: 'Windows11', cells: ['100', '1,100', '0', '1,200'] },
      { name: 'Linux', cells: ['4', '0', '2', '6'] },
    ]);
    expect(exposure).toEqual([
      { name: 'High', text: '206' },
      { name: 'Low', text: '1,000' },
    ]);
  });

  it('tells how old the snapshot is, what has changed, and how the last run went', () => {
    const { facts } = inventoryView(
      manifest,
      { ...run, status: 'failed', reasonCode: 'inventory.standstill' },
      now,
    );

    expect(facts.map(({ text }) => text)).toEqual([
      '11:00:00, 60 min ago',
      '1,206',
      '3 new, 20 changed, 1 retired',
      'failed (inventory.standstill), 1,206 machines, 3 calls, 60 s',
    ]);
  });

  it('says that there is none', () => {
    const { systems, facts } = inventoryView(null, null, now);

    expect(systems).toEqual([]);
    expect(facts.map(({ text }) => text)).toEqual(['none yet', 'none in the last seven days']);
  });
});
