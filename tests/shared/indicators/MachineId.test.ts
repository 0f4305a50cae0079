import { MachineId } from '../../../shared/indicators/MachineId';
import { LONG_TEXTS, spoil } from './hostileText';

const ID = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';

describe('MachineId.parse', () => {
  it.each([ID, ID.toUpperCase(), ` ${ID}\n`])('writes %j in lower case', (text) => {
    expect(MachineId.parse(text)).toEqual({
      ok: true,
      indicator: expect.objectContaining({ kind: 'machine', value: ID }) as unknown,
    });
  });

  it.each(['', ID.slice(1), `${ID}0`, `${ID.slice(1)}g`, 'efa1828b-dd4e-405c-8a3b-aa28596830dd'])(
    'refuses %j',
    (text) => {
      expect(MachineId.parse(text)).toMatchObject({
        ok: false,
        problem: { code: 'machine.malformed' },
      });
    },
  );

  it('refuses an id with anything hostile added, and very long texts', () => {
    const accepted = [...spoil(ID), ...LONG_TEXTS].filter((text) => MachineId.parse(text).ok);

    expect(accepted).toEqual([]);
  });
});
