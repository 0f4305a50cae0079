import { BULK_ONLY } from '../../local/simulation/calendarConfigs';
import { runWorld, type MakePacer, type WorldOptions } from '../../local/simulation/runWorld';
import { calendarPacer } from '../../local/simulation/worlds';
import type { WorldReport } from '../../local/simulation/WorldReport';
import { flexibleUnion } from './flexible';
import { fixedWindow, gcra, leasedBlocks, plainRetry, reservoir } from './limiters';

const paced =
  <V, C>(makePacer: MakePacer<V, C>) =>
  (world: WorldOptions): Promise<WorldReport> =>
    runWorld(world, makePacer);

/** What is compared, by the name in the table. */
export const candidates: Readonly<Record<string, (world: WorldOptions) => Promise<WorldReport>>> = {
  'this calendar': paced(calendarPacer(BULK_ONLY)),
  'reservoir and spacing, as Bottleneck': paced(reservoir),
  'leased blocks of 10': paced(leasedBlocks),
  'fixed window, compare-and-swap': paced(fixedWindow),
  'GCRA, burst = limit': paced(gcra),
  'plain retry after 429': paced(plainRetry),
  'rate-limiter-flexible, union': paced(flexibleUnion),
};
