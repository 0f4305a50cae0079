import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputFormat } from '../../shared/projections/OutputFormat';
import { PROJECTIONS } from '../../shared/projections/projections';
import { machineId } from '../shared/lookups/aLookup';
import { ofMachine, wholeMachine } from '../shared/projections/aRecord';

const text = readFileSync(join(__dirname, '../../docs/projections.md'), 'utf8');
const VENDOR = 'microsoft_defender_endpoint.machine';

interface Row {
  readonly field: string;
  readonly ecs: readonly string[];
  readonly ocsf: readonly string[];
}
const pathsIn = (cell: string) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path.replace('…', VENDOR));
const rows: Row[] = [...text.matchAll(/^\| `(\w+)` +\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, field = '', ecs = '', ocsf = '']) => ({ field, ecs: pathsIn(ecs), ocsf: pathsIn(ocsf) }),
);

/** What the table leaves out: the record itself, and what is said of every machine. */
const LEFT_OUT = /^(?:mde_enrichment|unmapped\.mde_enrichment|enrichments|observables|message)\b/;

/** `path=value` of every value; those in lists without their place. */
function valuesOf(part: unknown, path = ''): string[] {
  if (typeof part !== 'object' || part === null) return [`${path}=${String(part)}`];
  return Object.entries(part).flatMap(([key, value]) =>
    valuesOf(value, Array.isArray(part) ? path : `${path}${path && '.'}${key}`),
  );
}

/** What a field says instead; the rest is not known then. */
const OTHERS: Readonly<Record<string, string>> = {
  id: machineId('b'),
  mergedIntoMachineId: machineId('c'),
  onboardingStatus: 'CanBeOnboarded',
};

/** The paths whose values depend on a field of the machine; of an id and its caption, the id. */
function pathsThatHave(field: string, format: OutputFormat): string[] {
  const other = OTHERS[field] ?? null;
  const [before = [], after = []] = [wholeMachine(), wholeMachine({ [field]: other })].map(
    (machine) => valuesOf(PROJECTIONS[format](ofMachine(machine))),
  );
  const changed = [
    ...before.filter((value) => !after.includes(value)),
    ...after.filter((value) => !before.includes(value)),
  ].map((value) => value.slice(0, value.indexOf('=')));
  const paths = [...new Set(changed)].filter((path) => !LEFT_OUT.test(path));
  return paths.filter((path) => !paths.includes(`${path}_id`));
}

const isBelow = (path: string, listed: string) => path === listed || path.startsWith(`${listed}.`);

describe('docs/projections.md', () => {
  it('has a row for every field of a machine', () => {
    expect(rows.map(({ field }) => field).sort()).toEqual(Object.keys(wholeMachine()).sort());
  });

  it.each(
    rows.flatMap(({ field, ...listed }) =>
      (['ecs', 'ocsf'] as const).map((format) => ({ field, format, listed: listed[format] })),
    ),
  )('lists the paths of $field in $format, and no other', ({ field, format, listed }) => {
    const paths = pathsThatHave(field, format);

    expect(paths.filter((path) => !listed.some((each) => isBelow(path, each)))).toEqual([]);
    expect(listed.filter((each) => !paths.some((path) => isBelow(path, each)))).toEqual([]);
  });
});
