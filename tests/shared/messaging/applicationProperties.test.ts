import { exactProperties } from '../../../shared/messaging/applicationProperties';

describe('exactProperties()', () => {
  it.each([
    { title: 'text', value: 'siem' },
    { title: 'an empty text', value: '' },
    { title: 'a flag', value: false },
    { title: 'a whole number', value: -2 },
    { title: 'a fraction', value: 0.5 },
  ])('keeps $title', ({ value }) => {
    expect(exactProperties({ value })).toEqual({ value });
  });

  it.each([
    { title: 'a number that was rounded', value: Number('4603086877212508601') },
    { title: 'what is not a number', value: NaN },
    { title: 'a number beyond all', value: Infinity },
    { title: 'an object', value: { x: 1 } },
    { title: 'a date', value: new Date(0) },
    { title: 'nothing', value: null },
  ])('leaves out $title', ({ value }) => {
    expect(exactProperties({ value, source: 'siem' })).toEqual({ source: 'siem' });
  });
});
