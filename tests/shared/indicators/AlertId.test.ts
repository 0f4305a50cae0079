import fc from 'fast-check';
import { AlertId } from '../../../shared/indicators/AlertId';
import { LONG_TEXTS, spoil } from './hostileText';

const GUID = 'efa1828b-dd4e-405c-8a3b-aa28596830dd';
/** A GUID that begins like an alert id with a prefix. */
const DA_GUID = 'daefa182-dd4e-405c-8a3b-aa28596830dd';
const codeOf = (text: string) => {
  const parsed = AlertId.parse(text);
  return parsed.ok ? 'ok' : parsed.problem.code;
};
const alertId = (text: string) => {
  const parsed = AlertId.parse(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.indicator;
};

describe('AlertId.parse', () => {
  it.each([
    { text: 'da637472900382838869_1364969609', prefix: 'da' },
    { text: 'da637472900382838869_-1364969609', prefix: 'da' },
    { text: 'ar638180599315648136_73827727', prefix: 'ar' },
    { text: 'ed637472900382838869_1364969609', prefix: 'ed' },
    { text: 'DA637472900382838869_1364969609', prefix: 'da' },
    { text: 'zz637472900382838869_1', prefix: 'zz' },
    { text: `da${GUID}_1`, prefix: 'da' },
    { text: `da${DA_GUID}_1`, prefix: 'da' },
    { text: `da${GUID}`, prefix: 'da' },
    { text: `ED${GUID}`, prefix: 'ed' },
    { text: `ta${GUID}`, prefix: 'ta' },
    { text: `ra${GUID}_1`, prefix: 'ra' },
    { text: `ea${GUID}_1`, prefix: 'ea' },
    { text: '636688558380765161_2136280442', prefix: null },
    { text: `${GUID}_1`, prefix: null },
    { text: `${DA_GUID}_1`, prefix: null },
    { text: `fa${GUID.slice(2)}_1`, prefix: null },
    { text: `${DA_GUID.replaceAll('-', '')}_1`, prefix: null },
    { text: 'ab12cd34ef56ab12cd34_1', prefix: null },
    { text: 'da12cd34ef56ab12cd34_1', prefix: 'da' },
  ])('reads $text as given, prefix $prefix', ({ text, prefix }) => {
    expect(AlertId.parse(` ${text}\n`)).toEqual({
      ok: true,
      indicator: expect.objectContaining({ kind: 'alert', value: text, prefix }) as unknown,
    });
  });

  it.each([GUID, GUID.toUpperCase(), DA_GUID, `fa${GUID.slice(2)}`])(
    "takes the bare GUID %s for Sentinel's own id",
    (text) => {
      expect(codeOf(text)).toBe('alert.sentinelId');
    },
  );

  it("says what to send instead of Sentinel's own id", () => {
    expect(AlertId.parse(GUID)).toMatchObject({
      problem: { message: expect.stringMatching(/providerAlertId.*VendorOriginalId/) as unknown },
    });
  });

  it.each(['aa', 'ad', 'ca', 'dc', 'dl', 'fa', 'ir', 'MA', 'ri', 'rm', 'sc', 'SN'])(
    'refuses alerts whose prefix is %s, as another product raised them',
    (prefix) => {
      const ids = [`${prefix}${GUID}`, `${prefix}${GUID}_1`, `${prefix}638724443630474445_-1629`];

      expect(ids.map(codeOf)).toEqual(ids.map(() => 'alert.otherProduct'));
    },
  );

  it.each([
    '',
    'da',
    'da_1',
    'da637472900382838869',
    'da637472900382838869_',
    'da637472900382838869_x',
    'da637472900382838869_1_2',
    'da637472900382838869_--1',
    'dax37472900382838869_1',
    'dab637472900382838869x_1',
    '12345678901234567_1',
    'snake',
    `zz${GUID}`,
    `da${GUID.replaceAll('-', '')}`,
    `da${'1'.repeat(128)}_1`,
  ])('refuses %j as malformed', (text) => {
    expect(codeOf(text)).toBe('alert.malformed');
  });

  it.each(['da637472900382838869_1364969609', `${GUID}_1`])(
    'refuses %s with anything hostile added',
    (base) => {
      const accepted = spoil(base).filter((text) => AlertId.parse(text).ok);

      expect(accepted).toEqual([]);
    },
  );

  it('refuses very long texts', () => {
    expect(LONG_TEXTS.map(codeOf)).toEqual(LONG_TEXTS.map(() => 'alert.malformed'));
  });

  it('reads its own value and every spelling of it back', () => {
    const prefix = fc.constantFrom('', 'da', 'ar', 'ed', 'Da', 'zz');
    const stem = fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9]{18,24}$/));
    fc.assert(
      fc.property(prefix, stem, fc.integer(), (letters, rest, suffix) => {
        const id = alertId(`${letters}${rest}_${suffix}`);

        expect(id.spellings().map(({ value }) => alertId(value))).toEqual(id.spellings());
        expect(id.spellings()).toContainEqual(id);
      }),
    );
  });
});

describe('AlertId.spellings', () => {
  it.each([
    { text: 'da637472900382838869_1', spellings: ['da637472900382838869_1'] },
    { text: 'ar638180599315648136_7', spellings: ['ar638180599315648136_7'] },
    { text: `da${GUID}_1`, spellings: [`da${GUID}_1`] },
    { text: `da${GUID}`, spellings: [`da${GUID}`] },
    { text: `${GUID}_1`, spellings: [`da${GUID}_1`, `${GUID}_1`] },
    { text: `${DA_GUID}_1`, spellings: [`da${DA_GUID}_1`, `${DA_GUID}_1`] },
    {
      text: '636688558380765161_21',
      spellings: ['636688558380765161_21', 'da636688558380765161_21'],
    },
  ])('of $text are $spellings, in this order', ({ text, spellings }) => {
    expect(
      alertId(text)
        .spellings()
        .map(({ value }) => value),
    ).toEqual(spellings);
  });
});

describe('AlertId.alternateSpelling', () => {
  it('adds the usual prefix to an id without any', () => {
    expect(alertId(`${GUID}_1`).alternateSpelling()).toEqual(alertId(`da${GUID}_1`));
  });

  it('is null for an id with a prefix', () => {
    expect(alertId(`da${GUID}_1`).alternateSpelling()).toBeNull();
  });
});
