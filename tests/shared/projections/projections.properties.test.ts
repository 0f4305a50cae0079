import fc from 'fast-check';
import { machineSchema } from '../../../shared/defender/DefenderAnswer';
import { toEcs } from '../../../shared/projections/ecs';
import { toOcsf } from '../../../shared/projections/ocsf';
import { emptyParts } from './emptyParts';
import { objections } from './ocsfObjections';
import { ofMachine, wholeMachine } from './aRecord';

const { id: _, ...fields } = wholeMachine();

/** Each field as documented, or absent, or with anything in its place, also within its parts. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('constructor', '__proto__'),
);
const address = fc.record(
  { ipAddress: anything, macAddress: anything, type: anything, operationalStatus: anything },
  { requiredKeys: [] },
);
const machines = fc
  .record(
    {
      ...Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          fc.oneof(fc.constant(value), anything, fc.string()),
        ]),
      ),
      ipAddresses: fc.oneof(fc.constant(fields['ipAddresses']), fc.array(address), anything),
      vmMetadata: fc.oneof(fc.record({ vmId: anything, cloudProvider: anything }), anything),
    },
    { requiredKeys: [] },
  )
  // As it is read from Defender.
  .map((machine) => machineSchema.parse({ ...machine, id: 'a'.repeat(40) }));

describe('Whatever Defender says of a machine', () => {
  it('is a valid OCSF event', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        expect(objections(toOcsf(ofMachine(machine)))).toEqual([]);
      }),
    );
  });

  it('is an ECS document without empty parts', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const { mde_enrichment: __, ...mapped } = toEcs(ofMachine(machine)) as {
          mde_enrichment: object;
        };
        expect(emptyParts(mapped)).toEqual([]);
      }),
    );
  });
});
