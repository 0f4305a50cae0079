import { NO_TOTALS, PageStore } from '../../../../shared/inventory/run/PageStore';
import { WALK_START } from '../../../../shared/inventory/walk/Walk';
import { countTurns } from '../../clock/countTurns';
import { MemoryBlobStore } from '../../storage/MemoryBlobStore';
import { machine } from '../SnapshotShelf';

const HEAD = { state: WALK_START, totals: NO_TOTALS, filterText: null };

describe('PageStore', () => {
  it('gives back every row of a page as it was put, and lets others have their turn meanwhile', async () => {
    const pages = new PageStore(new MemoryBlobStore());
    const machines = Array.from({ length: 10_000 }, (_, id) => machine(id));

    const turns = await countTurns(() => pages.put('r', 0, HEAD, { reading: null, machines }));

    const rows = [...((await pages.read('r', 0))?.rows() ?? [])];
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(machines);
    expect(turns).toBeGreaterThanOrEqual(39);
  });
});
