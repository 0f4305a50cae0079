import fc from 'fast-check';
import type { Behaviour } from '../../../local/defender/Behaviour';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { InteractiveAnswer } from '../../../shared/lookups/InteractiveLookups';
import { aLookup, alternatives, NOW, type KindAndValue } from '../lookups/aLookup';
import { AskedFleet, type AskedFleetOptions } from './AskedFleet';

/** Lookups in all; 100,000 for a night. */
const LOOKUPS = Number(process.env['BATCHED_LOOKUPS'] ?? 1_200);
const MOST_AT_ONCE = 40;
const DAY_MS = 86_400_000;

const LONG = 'l'.repeat(63);
/** As machines bear them, and as they are asked for. */
const NAMES: readonly string[] = [
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
  'muller.contoso.com',
  'muller',
  "Bob's iPhone",
  'a.b',
];
/** As machines only bear them. */
const ODD_NAMES: readonly string[] = [
  'ws-1.contoso.com ',
  'ẃs-1.contoso.com',
  'Müller',
  'müller.fabrikam.com',
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
  computerDnsName: fc.constantFrom(...NAMES, ...NAMES, ...ODD_NAMES, null),
  mergedIntoMachineId: idOrNone,
  healthStatus: fc.constantFrom('Active', 'Inactive', null),
  onboardingStatus: fc.constantFrom('Onboarded', 'CanBeOnboarded', null),
  lastIpAddress: fc.constantFrom(...IPS, null),
  riskScore: fc.constantFrom('High', 'None', null),
  lastSeen: fc
    .constantFrom(0, 3, 20)
    .map((days) => `${new Date(NOW - days * DAY_MS).toISOString().slice(0, -1)}0000Z`),
});

/** What a service may do that is not as documented. */
const oddity: fc.Arbitrary<Partial<Behaviour>> = fc.oneof(
  fc.constantFrom<Partial<Behaviour>>(
    { inOperator: 'reject' },
    { listOrder: 'unstable' },
    { listRows: 'twice' },
    { idCase: 'flips' },
    { count: 'reject' },
    { count: 'tooMany' },
    { count: 'tooFew' },
    { stringCase: 'loose' },
    { noMachines: 'notFound' },
    { shape: 'future' },
    { pageCap: 5 },
    { mostNodes: 30 },
    { nextLink: 'broken' },
  ),
  fc.integer({ min: 150, max: 1_500 }).map((longestUrl) => ({ longestUrl })),
  fc.subarray(IDS).map((rowsWithoutId) => ({ rowsWithoutId })),
  fc.subarray(IDS).map((rowsMistyped) => ({ rowsMistyped })),
  fc.subarray(IDS).map((statusMistyped) => ({ statusMistyped })),
  fc.subarray([...IDS, ...ALERTS]).map((unlisted) => ({ unlisted })),
  fc.subarray(IDS).map((uninvited) => ({ uninvited })),
  fc.tuple(id, id).map(([one, other]) => ({ mistaken: { [one]: other } })),
);
const behaviour = fc
  .tuple(oddity, oddity, fc.integer({ min: 0, max: 2 }))
  .map(([one, other, count]) => ({ ...(count > 0 && one), ...(count > 1 && other) }));

const fleet: fc.Arbitrary<AskedFleetOptions> = fc.record({
  machines: fc.uniqueArray(machine, { maxLength: 14, selector: (each) => each.id }),
  alerts: fc.dictionary(fc.constantFrom(...ALERTS), fc.oneof(id, fc.constant(null))),
  behaviour,
});
const asked: fc.Arbitrary<KindAndValue> = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => ['host', name] as const),
  id.map((value) => ['machine', value] as const),
  fc.constantFrom(...ALERTS, '555555555555555555_1').map((value) => ['alert', value] as const),
  fc.constantFrom(...IPS).map((value) => ['ip', value] as const),
);
const lookup: fc.Arbitrary<Lookup> = fc
  .tuple(asked, fc.array(asked, { maxLength: 2 }))
  .map(([[kind, value], others]) =>
    aLookup(kind, value, { subject: { alternatives: alternatives(...others) } }),
  );

function withoutEvidence(answer: InteractiveAnswer): object {
  if (answer.outcome !== 'answered') return { outcome: answer.outcome };
  const { evidence: _, ...record } = answer.record;
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
          const together = await new AskedFleet(options).endings(lookups);
          const alone: InteractiveAnswer[] = [];
          for (const each of lookups)
            alone.push(...(await new AskedFleet({ ...options, mostQuestions: 1 }).endings([each])));

          expect(together.map(withoutEvidence)).toEqual(alone.map(withoutEvidence));
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});
