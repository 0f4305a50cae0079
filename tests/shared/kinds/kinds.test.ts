import { INDICATOR_KINDS, type IndicatorKind } from '../../../shared/indicators/Indicator';
import type { Kind } from '../../../shared/kinds/Kind';
import { file } from '../../../shared/kinds/file';
import { KINDS } from '../../../shared/kinds/kinds';
import { meaningOf, spelling } from '../../../shared/siem/spellings';

const namesOf = (kind: IndicatorKind) => KINDS[kind].names.map((name) => ({ kind, name }));

describe('KINDS', () => {
  it.each(INDICATOR_KINDS.flatMap(namesOf))(
    'calls $name a $kind and nothing else',
    ({ kind, name }) => {
      expect(spelling(name)).toBe(name);
      expect(meaningOf(name)).toEqual({ kind, hashAlgorithm: null });
    },
  );

  it.each(INDICATOR_KINDS)('documents a key of %s that is read', (kind) => {
    expect(meaningOf(spelling(KINDS[kind].key.name))?.kind).toBe(kind);
  });

  it('has every step but once: work messages name it without its kind', () => {
    const steps = INDICATOR_KINDS.flatMap((kind) => KINDS[kind].steps.map(({ step }) => step));

    expect(steps).toHaveLength(new Set(steps).size);
  });

  it.each(
    INDICATOR_KINDS.flatMap((kind) => KINDS[kind].routes.map((route) => ({ kind, ...route }))),
  )('has an example for route $name that it can ask for', ({ kind, parameter }) => {
    expect(KINDS[kind].parse(parameter.example)).toMatchObject({
      ok: true,
      indicator: { kind, value: parameter.example },
    });
  });

  it('compiles only with a plan for every kind, and with a rule for every step that brings machines', () => {
    const { host: _host, ...others } = KINDS;
    const { steps, ...planless } = file;
    const [translation, machines] = steps;
    const takesKinds = (_kinds: typeof KINDS) => true;
    const takesFile = (_file: Kind<'file'>) => true;

    const taken = [
      takesKinds(KINDS),
      takesFile(file),
      // @ts-expect-error A kind is missing.
      takesKinds(others),
      // @ts-expect-error It has no plan.
      takesFile(planless),
      // @ts-expect-error Its plan is empty.
      takesFile({ ...file, steps: [] }),
      // @ts-expect-error This endpoint answers machines.
      takesFile({ ...file, steps: [translation, { ...machines, match: null }] }),
      // @ts-expect-error This endpoint answers a file.
      takesFile({ ...file, steps: [{ ...translation, match: machines.match }, machines] }),
    ];

    expect(taken).toHaveLength(7);
  });
});
