import { concludeLookup, type Conclusion } from '../../../shared/lookups/concludeLookup';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { Progress } from '../../../shared/calls/Progress';
import { recordId } from '../../../shared/messaging/ids';
import {
  aLookup,
  alternatives,
  aMachine,
  anAnswer,
  machineId,
  NOW,
  notFound,
  progressOf,
  unansweredStep,
} from './aLookup';

const MINUTE_MS = 60_000;
const RECHECK_MS = 15 * MINUTE_MS;

const device = aLookup('machine', machineId('a'));
const notSeen = progressOf({ machine: notFound });
const found = progressOf({ machine: anAnswer({ machines: [aMachine(machineId('a'))] }) });

function conclude(lookup: Lookup, progress: Progress, look: Partial<Conclusion> = {}) {
  const settings = {
    portalOrigin: 'https://security.microsoft.com',
    recheckAfterMs: RECHECK_MS,
    recheckKinds: ['machine', 'alert'] as const,
  };
  return concludeLookup(lookup, progress, settings, {
    generation: 0,
    isRecheck: false,
    now: NOW,
    ...look,
  });
}

const seenAgoMs = (ageMs: number) => ({ subject: { observedAt: NOW - ageMs } });

describe('concludeLookup()', () => {
  it.each<{ title: string; lookup?: Lookup; progress?: Progress; final: boolean }>([
    { title: 'a fresh device that was not seen', final: false },
    {
      title: 'one seen a millisecond less than the delay ago',
      lookup: aLookup('machine', machineId('a'), seenAgoMs(RECHECK_MS - 1)),
      final: false,
    },
    {
      title: 'one seen as long ago as the delay',
      lookup: aLookup('machine', machineId('a'), seenAgoMs(RECHECK_MS)),
      final: true,
    },
    {
      title: 'one that would be too old by then',
      lookup: { ...device, expiresAt: NOW + RECHECK_MS },
      final: true,
    },
    {
      title: 'one that would be just young enough by then',
      lookup: { ...device, expiresAt: NOW + RECHECK_MS + 1 },
      final: false,
    },
    { title: 'one that was found', progress: found, final: true },
    { title: 'one that failed', progress: [unansweredStep('machine', 'failed')], final: true },
    {
      title: 'an indicator of a kind that is not looked at again',
      lookup: aLookup('host', 'desktop-17'),
      progress: progressOf({ host: anAnswer() }),
      final: true,
    },
    {
      title: 'a device with a name beside its id, when neither was seen',
      lookup: aLookup('machine', machineId('a'), {
        subject: { alternatives: alternatives(['host', 'desktop-17']) },
      }),
      progress: progressOf({ machine: notFound, 'alt1.host': anAnswer() }),
      final: false,
    },
    {
      title: 'a name with an alert id beside it, when neither was seen',
      lookup: aLookup('host', 'desktop-17', {
        subject: { alternatives: alternatives(['alert', 'da637472900382838869_1364969609']) },
      }),
      progress: progressOf({ host: anAnswer(), 'alt1.alert': notFound }),
      final: true,
    },
  ])(
    'leaves a recheck, or not, for $title: final $final',
    ({ lookup = device, progress = notSeen, final }) => {
      expect(conclude(lookup, progress).final).toBe(final);
    },
  );

  it('takes the time of the request for fresh where the message named none', () => {
    const old = aLookup('machine', machineId('a'), {
      request: { ...device.request, receivedAt: NOW - RECHECK_MS },
      subject: { observedAt: NOW, observedAtFrom: 'enqueued' },
    });

    expect(conclude(old, notSeen).final).toBe(true);
  });

  it('is final at the recheck, whatever that brings', () => {
    const record = conclude(device, notSeen, { isRecheck: true, generation: 1 });

    expect(record).toMatchObject({ outcome: 'notSeen', final: true, generation: 1 });
  });

  it.each(['denied', 'expired', 'failed'] as const)(
    'repeats at a recheck that ends %s what the first one found',
    (outcome) => {
      const progress = [unansweredStep('machine', outcome)];

      expect(conclude(device, progress, { isRecheck: true })).toMatchObject({
        outcome: 'notSeen',
        reason: { code: 'defender.notFound' },
      });
      expect(conclude(device, progress).outcome).toBe(outcome);
    },
  );

  it.each([
    { value: '198.51.100.7', code: 'ip.externalNoAlerts' },
    { value: '10.1.2.3', code: 'defender.notFound' },
  ])('gives at such a recheck the reason of the first for $value: $code', ({ value, code }) => {
    const ip = aLookup('ip', value);

    const first = conclude(ip, progressOf({ ipAlerts: anAnswer() }));
    const second = conclude(ip, [unansweredStep('ipAlerts', 'failed')], { isRecheck: true });

    expect([first.reason?.code, second.reason?.code]).toEqual([code, code]);
  });

  describe('of a lookup that a message brought', () => {
    const delivery = { sequenceNumber: '7', enqueuedAt: NOW };

    it.each<{ title: string; progress: Progress; unasked: boolean }>([
      {
        title: 'no step was asked',
        progress: [unansweredStep('findByIp', 'expired'), unansweredStep('ipAlerts', 'denied')],
        unasked: true,
      },
      {
        title: 'one step was answered',
        progress: [...progressOf({ findByIp: anAnswer() }), unansweredStep('ipAlerts', 'expired')],
        unasked: false,
      },
      {
        title: 'a step failed, which is a call made',
        progress: [unansweredStep('findByIp', 'failed')],
        unasked: false,
      },
      { title: 'no step applies', progress: [], unasked: false },
    ])('names the record after that message only if none was asked: $title', (each) => {
      const ip = aLookup('ip', '10.1.2.3');

      const record = conclude(ip, each.progress, { delivery });

      expect(record.unasked).toBe(each.unasked ? true : undefined);
      expect(record.id).toBe(recordId(ip.id, 0, each.unasked ? delivery : null));
    });

    it('leaves work and what came over HTTP under the name of the lookup', () => {
      const record = conclude(device, [unansweredStep('machine', 'expired')]);

      expect(record.id).toBe(recordId(device.id, 0));
      expect(record.unasked).toBeUndefined();
    });
  });
});
