import fc from 'fast-check';
import type { Behaviour } from '../../../local/defender/Behaviour';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { aLookup, NOW } from '../lookups/aLookup';
import { AskedFleet, type AskedFleetOptions } from './AskedFleet';

/** Lookups in all; 100,000 for a night. */
const LOOKUPS = Number(process.env['BATCHED_LOOKUPS'] ?? 1_200);
const MOST_AT_ONCE = 40;
const DAY_MS = 86_400_000;

const LONG = 'l'.repeat(63);
/** As machines bear them, and as they are asked for. */
const NAMES = [
  'ws-1',
  'ws-1.contoso.com',
  'WS-1.Contoso.COM',
  'ws-1.fabrikam.com',
  'ws-10.contoso.com',
  "o'brien",
  "O'Brien.contoso.com",
  'conference-room',
  'conference-room-2.contoso.com',
  LONG,
  `${LONG}.contoso.com`,
  'müller.contoso.com',
  "Bob's iPhone",
  'a.b',
];
const IDS = Array.from({ length: 14 }, (_, index) => `1${index.toString(16).padStart(39, '0')}`);
const ALERTS = Array.from(
  { length: 8 },
  (_, index) => `da${`${index}`.padStart(18, '5')}_${index}`,
);
const IPS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];

const id = fc.constantFrom(...IDS);
const idOrNone = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, id);
const machine = fc.record({
  id,
  computerDnsName: fc.oneof(fc.constantFrom(...NAMES), fc.constant(null)),
  mergedIntoMachineId: idOrNone,
  healthStatus: fc.constantFrom('Active', 'Inactive', null),
  onboardingStatus: fc.constantFrom('Onboarded', 'CanBeOnboarded', null),
  lastIpAddress: fc.constantFrom(...IPS, null),
  riskScore: fc.constantFrom('High', 'None', null),
  lastSeen: fc
    .constantFrom(0, 3, 20)
    .map((days) => `${new Date(NOW - days * DAY_MS).toISOString().slice(0, -1)}0000Z`),
});

/** What services may do, one at a time. */
const behaviour = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Partial<Behaviour>>({}) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom<Partial<Behaviour>>(
        { inOperator: 'reject' },
        { listOrder: 'unstable' },
        { idCase: 'flips' },
        { count: 'reject' },
        { stringCase: 'sensitive' },
        { noMachines: 'notFound' },
        { shape: 'future' },
        { pageCap: 5 },
        { mostNodes: 30 },
      ),
      fc.integer({ min: 150, max: 1_500 }).map((longestUrl) => ({ longestUrl })),
      id.map((one) => ({ rowsWithoutId: [one] })),
      id.map((one) => ({ rowsMistyped: [one] })),
      id.map((one) => ({ statusMistyped: [one] })),
      fc.tuple(id, id).map(([one, other]) => ({ mistaken: { [one]: other } })),
    ),
  },
);

const fleet: fc.Arbitrary<AskedFleetOptions> = fc.record({
  machines: fc.uniqueArray(machine, { maxLength: 14, selector: (each) => each.id }),
  alerts: fc.dictionary(fc.constantFrom(...ALERTS), fc.oneof(id, fc.constant(null))),
  behaviour,
});
const lookup: fc.Arbitrary<Lookup> = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => aLookup('host', name)),
  id.map((value) => aLookup('machine', value)),
  fc.constantFrom(...ALERTS, '555555555555555555_1').map((value) => aLookup('alert', value)),
  fc.constantFrom(...IPS).map((value) => aLookup('ip', value)),
);

function withoutEvidence({ evidence: _, ...record }: EnrichmentRecord): object {
  return record;
}

describe('Records of lookups that are asked together', () => {
  it('are those of the same lookups asked one by one, but for how the answers were come by', async () => {
    const numRuns = Math.ceil(LOOKUPS / (MOST_AT_ONCE / 2));
    await fc.assert(
      fc.asyncProperty(
        fleet,
        fc.array(lookup, { minLength: 2, maxLength: MOST_AT_ONCE }),
        async (options, lookups) => {
          const together = await new AskedFleet(options).answers(lookups);
          const alone: EnrichmentRecord[] = [];
          for (const each of lookups)
            alone.push(...(await new AskedFleet({ ...options, mostQuestions: 1 }).answers([each])));

          expect(together.map(withoutEvidence)).toEqual(alone.map(withoutEvidence));
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});
