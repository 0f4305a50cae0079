import { parse } from '../../../../shared/siem/lookupDrafts';
import { readSiemMessage } from '../../../../shared/siem/readSiemMessage';
import type { SiemIndicator, SiemRequest } from '../../../../shared/siem/SiemRequest';
import {
  bytesOf,
  siemFixtures,
  type ExpectedRequest,
  type SiemFixture,
} from '../../../support/siemFixtures';

const TENANT = '11111111-2222-3333-4444-555555555555';

describe('readSiemMessage() of published shapes', () => {
  it.each(siemFixtures())('$name', (fixture) => {
    expect(outcomeOf(fixture)).toEqual(expectedOf(fixture));
  });
});

/** What the fixture says about a message, and no more. */
function outcomeOf(fixture: SiemFixture): unknown {
  const reading = readSiemMessage(bytesOf(fixture), TENANT, fixture.properties);
  if (!reading.ok) return { unreadable: reading.unreadable.code };
  const { requests, unreadable, leftOut, unwrapped } = reading.value;
  const { expect: expected } = fixture;
  const expectedRequests =
    'requests' in expected ? expected.requests : 'indicators' in expected ? [expected] : [];
  return {
    requests: requests.map((request, index) => shownAs(expectedRequests[index], request)),
    unreadable: unreadable.map((entry) => ({ path: entry.path, code: entry.unreadable.code })),
    otherTenants: leftOut.map(({ path }) => path),
    unwrapped: fixture.unwrapped && unwrapped,
  };
}

function expectedOf({ expect: expected, unwrapped }: SiemFixture): unknown {
  if ('indicators' in expected) {
    return { requests: [expected], unreadable: [], otherTenants: [], unwrapped };
  }
  if (!('requests' in expected)) return expected;
  return { unreadable: [], otherTenants: [], ...expected, unwrapped };
}

function shownAs(expected: ExpectedRequest | undefined, request: SiemRequest): unknown {
  const { format, source, eventId, tenantIds, context, leftOut } = request;
  const times = request.indicators.flatMap(({ time }) => (time?.at == null ? [] : [time.at]));
  const shown: Record<keyof ExpectedRequest, unknown> = {
    format,
    source,
    eventId,
    observedAt: [...new Set(times)].map((at) => new Date(at).toISOString()).join(', '),
    tenantIds,
    context,
    indicators: request.indicators.map((each, index) => ({
      kind: each.kind,
      value: valueOf(each),
      path: each.path,
      ...(expected?.indicators[index]?.observedAt && {
        observedAt: each.time?.at == null ? null : new Date(each.time.at).toISOString(),
      }),
      ...(expected?.indicators[index]?.alternatives && {
        alternatives: each.alternatives.map(({ kind, value, path }) => ({ kind, value, path })),
      }),
    })),
    leftOut: leftOut.map(({ value, path, reason }) => ({ value, path, code: reason.code })),
  };
  const keys = expected ? Object.keys(expected) : Object.keys(shown);
  return Object.fromEntries(keys.map((key) => [key, shown[key as keyof ExpectedRequest]]));
}

function valueOf(indicator: SiemIndicator): string {
  const parsed = parse(indicator);
  return parsed.ok ? parsed.indicator.value : indicator.text;
}
