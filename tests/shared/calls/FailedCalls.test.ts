import { FailedCalls } from '../../../shared/calls/FailedCalls';
import type { PlannedStep } from '../../../shared/calls/steps';
import {
  DefenderForbiddenError,
  DefenderUnauthorizedError,
} from '../../../shared/defender/defenderErrors';
import { RecordingLogger } from '../telemetry/RecordingLogger';

const listing: PlannedStep = {
  step: 'machineList',
  query: { endpoint: 'machines', filter: null, top: 1, skip: 0 },
};
const about = { endpoint: 'machines', status: null, correlationId: null } as const;

describe('FailedCalls.log()', () => {
  it.each([
    {
      title: 'the roles that Defender named in its 403',
      result: { outcome: 'forbidden' },
      error: new DefenderForbiddenError('403', ['Score.Read.All'], true, about),
      fields: { endpoint: 'machines', status: 403, roles: 'Score.Read.All' },
    },
    {
      title: 'the roles that are documented, as a 401 names none',
      result: { outcome: 'unauthorized' },
      error: new DefenderUnauthorizedError('401', about),
      fields: {
        endpoint: 'machines',
        status: 401,
        roles: 'Machine.Read.All Machine.ReadWrite.All',
      },
    },
  ] as const)('names $title', ({ result, error, fields }) => {
    const logger = new RecordingLogger();
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const calls = new FailedCalls({ clock, random: { next: () => 0 }, logger, deniedAfterMs: 0 });

    calls.log(listing, result, error);

    expect(logger.lines).toEqual([{ level: 'error', event: 'defender.denied', fields }]);
  });
});
