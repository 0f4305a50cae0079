import { MachineId } from '../../../shared/indicators/MachineId';
import { LONG_TEXTS, spoil } from './hostileText';

const ID = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const ENTRA_ID = 'efa1828b-dd4e-405c-8a3b-aa28596830dd';

describe('MachineId.parse', () => {
  it.each([ID, ID.toUpperCase(), ` ${ID}\n`])('writes %j in lower case', (text) => {
    expect(MachineId.parse(text)).toEqual({
      ok: true,
      indicator: expect.objectContaining({
        kind: 'machine',
        value: ID,
        issuer: 'defender',
      }) as unknown,
    });
  });

  it.each([ENTRA_ID, ` ${ENTRA_ID.toUpperCase()}\n`])(
    'takes %j for the id that Entra gave the device',
    (text) => {
      expect(MachineId.parse(text)).toEqual({
        ok: true,
        indicator: expect.objectContaining({ value: ENTRA_ID, issuer: 'entra' }) as unknown,
      });
    },
  );

  it.each([
    '',
    ID.slice(1),
    `${ID}0`,
    `${ID.slice(1)}g`,
    ENTRA_ID.replaceAll('-', ''),
    `{${ENTRA_ID}}`,
    '00000000-0000-0000-0000-000000000000',
    '0'.repeat(40),
  ])('refuses %j', (text) => {
    expect(MachineId.parse(text)).toMatchObject({
      ok: false,
      problem: { code: 'machine.malformed' },
    });
  });

  it('refuses an id with anything hostile added, and very long texts', () => {
    const accepted = [...spoil(ID), ...spoil(ENTRA_ID), ...LONG_TEXTS].filter(
      (text) => MachineId.parse(text).ok,
    );

    expect(accepted).toEqual([]);
  });
});

describe('MachineId.isMeant', () => {
  const GUID = ENTRA_ID.replaceAll('-', '');

  it.each([
    ID,
    ID.toUpperCase(),
    ID.slice(1),
    `${ID}0`,
    '0'.repeat(40),
    `"${ID}"`,
    ENTRA_ID,
    `{${ENTRA_ID}}`,
    `ca${ENTRA_ID}`,
    `sn${ENTRA_ID}`,
    GUID,
    `{${GUID}}`,
    '00000000-0000-0000-0000-000000000000',
  ])('knows %s for an id', (text) => {
    expect(MachineId.isMeant(text)).toBe(true);
  });

  it.each(['', 'desktop-17', 'desktop-17.contoso.com', 'deadbeef', 'face-cafe', "Max's iPad"])(
    'leaves %j to be a name',
    (text) => {
      expect(MachineId.isMeant(text)).toBe(false);
    },
  );
});
