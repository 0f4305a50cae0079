import { fileLoad } from '../../../cli/plan/load/fileLoad';
import { Scenario } from '../../../cli/plan/Scenario';
import { DEFAULTS } from '../../../local/simulation/calendarConfigs';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock/durations';
import { rowOf } from '../../../shared/quota/calendarRows';
import { CACHE_TTL_MS } from '../../shared/lookups/aLookup';
import { calendarOf, START } from '../../shared/quota/calendar/fixtures';

describe('Scenario', () => {
  it('denies lookups of an API that has refused for long, where all APIs share one calendar', () => {
    const scope = 'application';
    const refusal = {
      why: 'forbidden',
      since: START - 5 * HOUR_MS,
      failures: 9,
      until: START + MINUTE_MS,
    } as const;
    const state = { ...calendarOf({ ...DEFAULTS, scope }), breakers: { findByIp: refusal } };
    const messages = '{"ip":"10.1.2.3"}\n{"hash":"3395856ce81f2b7382dee72602f798b642f14140"}';
    const settings = { tenantId: 't1', internalIpRanges: [], maxAgeMs: 24 * HOUR_MS };
    const { waiting } = fileLoad(Buffer.from(messages), settings, START);
    const scenario = new Scenario(waiting, {
      calendars: new Map([[rowOf(scope, 'findByIp'), state]]),
      scope,
      batchMaxQuestions: 30,
      deniedAfterMs: HOUR_MS,
      settings: { internalIpRanges: [], ipAlerts: false, ipLastKnown: true },
      cacheTtlMs: CACHE_TTL_MS,
      now: START,
    });

    const { ends } = scenario.forecast();

    expect(ends.map(({ outcome }) => outcome)).toEqual(['denied', 'answered']);
  });
});
