import { isNcrontab } from '../../../shared/config/isNcrontab';

describe('isNcrontab', () => {
  it.each([
    '0 15 2 * * *',
    '*/30 * * * * *',
    '0 0 */6 * * *',
    '0 0 9-17 * * MON-FRI',
    '0 0 9-17/2 * * 1-5',
    '0 5,35 * 1 JAN,JUL sun',
    '0  15\t2 * * *',
    '59 59 23 31 12 6',
  ])('accepts %j', (text) => {
    expect(isNcrontab(text)).toBe(true);
  });

  it.each([
    '',
    '15 2 * * *',
    '0 15 2 * * * *',
    '60 0 0 * * *',
    '0 60 0 * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 32 * *',
    '0 0 0 * 13 *',
    '0 0 0 * 0 *',
    '0 0 0 * * 7',
    '0 0 0 * * MOO',
    '0 0 0 * * MON-XXX',
    '0 0 0 * * XXX-FRI',
    'MON 0 0 * * *',
    '0 0 0 * MON *',
    '0 */0 0 * * *',
    '0 5- 0 * * *',
    '0 9-5 0 * * *',
    '0 ,5 0 * * *',
    '0 a 0 * * *',
    '0 -5 0 * * *',
    '01:00:00',
    '@daily',
    '%INVENTORY_SCHEDULE%',
    `0 ${'1,'.repeat(100)}1 0 * * *`,
  ])('refuses %j', (text) => {
    expect(isNcrontab(text)).toBe(false);
  });
});
