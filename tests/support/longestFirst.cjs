'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

/** Suites of ten seconds and more. Those that compute and those that mostly wait take turns, for all workers' sake. */
const LONGEST = [
  'integration/quota',
  'simulation/burst',
  'integration/requestKills',
  'simulation/batches',
  'integration/inventoryOperation',
  'calendar/calendar.properties',
  'integration/refusals',
  'simulation/worlds',
  'integration/inventory',
  'simulation/ablation',
  'integration/kill',
  'InventoryQueue.properties',
  'integration/stopping',
  'simulation/forecast',
  'integration/start',
  'simulation/claims',
  'integration/dashboard',
  'integration/package',
  'integration/replay',
  'integration/clocks',
  'lookups/crash',
].map((name) => `/${name}.test.ts`);

/** A long suite that begins last keeps everybody waiting for its end; a fresh clone does not know which are long. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(name));
      return index < 0 ? LONGEST.length : index;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
