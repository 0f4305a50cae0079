import { SeededRandom } from '../../../local/SeededRandom';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import { DefenderForbiddenError } from '../../../shared/defender/defenderErrors';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { aMachine, anAnswer, machineId, notFound, NOW } from '../lookups/aLookup';
import { CrashableWorld } from '../lookups/CrashableWorld';

const MINUTE_MS = 60_000;
const REQUESTS = 25;
const MOST_INDICATORS = 12;
/** Of all outside actions. */
const DEADLY = 0.004;

/** Requests of one to many indicators of any kind, some of them equal, some that cannot be asked for. */
function messagesFrom(random: SeededRandom): string[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const count = 1 + random.below(MOST_INDICATORS);
    const indicators = Array.from({ length: count }, () => {
      const number = String(1 + random.below(200));
      const digits = number.padStart(40, '0');
      return random.pick([
        { ip: `10.1.2.${number}` },
        { machineId: digits },
        { hash: digits },
        { host: `desktop-${number}.contoso.com` },
        { ip: '127.0.0.1' },
      ]);
    });
    return JSON.stringify({ id: `incident-${String(index)}`, indicators });
  });
}

/** The right to ask for files is granted after a quarter of an hour only; some devices are unknown. */
const answerTo =
  (now: () => number) =>
  (query: DefenderQuery): DefenderAnswer => {
    const { endpoint } = query;
    if (endpoint === 'fileMachines' && now() < NOW + 15 * MINUTE_MS) {
      const about = { endpoint, status: 403, correlationId: null };
      throw new DefenderForbiddenError('403', ['Machine.Read.All'], true, about);
    }
    if (endpoint === 'machine' && query.id.value.endsWith('7')) return notFound;
    return anAnswer({ machines: [aMachine(machineId('a'))] });
  };

function newestByLookup(outputs: readonly EnrichmentRecord[]): Map<string, EnrichmentRecord> {
  const newest = new Map<string, EnrichmentRecord>();
  for (const record of outputs) {
    const known = newest.get(record.lookupId);
    if (!known || record.generation > known.generation) newest.set(record.lookupId, record);
  }
  return newest;
}

describe('25 requests while processes die at random', () => {
  it.each([1, 2])(
    'each have one record for each generation, the last one final and right: seed %d',
    async (seed) => {
      const random = new SeededRandom(seed);
      let deaths = 0;
      const world: CrashableWorld = new CrashableWorld({
        answer: answerTo(() => world.at),
        slotDelayMs: 2 * MINUTE_MS,
        fault: null,
        recheckKinds: ['machine'],
        partialAfterMs: 10 * MINUTE_MS,
        onLedger: () => undefined,
        dies: () => {
          const isDeadly = random.next() < DEADLY;
          deaths += Number(isDeadly);
          return isDeadly ? random.pick(['before', 'after'] as const) : null;
        },
      });
      await world.deliver(...messagesFrom(random));

      expect(deaths).toBeGreaterThan(5);
      expect(world.deadLetters).toEqual([]);
      const newest = newestByLookup(world.outputs);
      const ids = [...new Set(world.requests.map(({ request }) => request.id))];
      expect(ids).toHaveLength(REQUESTS);
      for (const id of ids) {
        const records = world.requests
          .filter(({ request }) => request.id === id)
          .toSorted((a, b) => a.generation - b.generation);
        const last = records.at(-1);
        expect(records.map(({ generation }) => generation)).toEqual(records.map((_, at) => at));
        expect(last).toMatchObject({ status: 'completed', final: true });
        const listed = last?.lookups.map(({ recordId, outcome }) => [recordId, outcome]);
        const published = last?.lookups.map(({ lookupId }) => {
          const record = newest.get(lookupId);
          return [record?.id, record?.outcome];
        });
        expect(listed).toEqual(published);
      }
    },
  );
});
