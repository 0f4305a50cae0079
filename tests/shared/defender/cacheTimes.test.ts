import { CACHE_TIMES, cacheTimeOf } from '../../../shared/defender/cacheTimes';
import { ENDPOINT_IDS } from '../../../shared/defender/endpointIds';
import { queries } from './queries';

describe('CACHE_TIMES', () => {
  it('has a setting of its own for each endpoint, but for the two that know the machine of an alert', () => {
    const settings = Object.values(CACHE_TIMES).map(({ setting }) => setting);

    expect(CACHE_TIMES.alerts).toEqual(CACHE_TIMES.alertMachine);
    expect(new Set(settings).size).toBe(ENDPOINT_IDS.length + 1);
  });
});

describe('cacheTimeOf()', () => {
  it.each(ENDPOINT_IDS)('is that of the endpoint, for %s', (endpoint) => {
    expect(cacheTimeOf(queries[endpoint], queries.findByIp.at)).toBe(endpoint);
  });

  it.each([
    { ageMs: 0, name: 'findByIp' },
    { ageMs: 3_600_000, name: 'findByIp' },
    { ageMs: 3_600_001, name: 'findByPastIp' },
  ])('is $name for who had an address $ageMs ms before', ({ ageMs, name }) => {
    const { findByIp } = queries;

    expect(cacheTimeOf(findByIp, findByIp.at + ageMs)).toBe(name);
  });
});
