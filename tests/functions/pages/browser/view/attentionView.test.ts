import { concernsOf } from '../../../../../functions/pages/browser/view/attentionView';
import { health, status } from '../../../../../shared/openapi/examples';
import type { Health } from '../../../../../shared/health/HealthProbe';
import type { Status } from '../../../../../shared/health/StatusReport';

const well = health.ok as Health; // as the API description has it
const ill = health.unavailable as Health;
const calm = { ...(status as unknown as Status), warnings: [], unreadable: [] };

describe('concernsOf()', () => {
  it('is empty when all is well, or nothing has been read yet', () => {
    expect(concernsOf(well, calm)).toEqual([]);
    expect(concernsOf(null, null)).toEqual([]);
  });

  it('names what the app cannot do without first, with its code and where it is', () => {
    const concerns = concernsOf(ill, { ...calm, warnings: ['FOO is not known.'] });

    expect(concerns).toEqual([
      { level: 'bad', what: 'storage is down', detail: 'health.timeout: storage.example:443' },
      { level: 'warn', what: 'settings', detail: 'FOO is not known.' },
    ]);
  });

  it('names dead letters, what could not be read and settings that are not in force', () => {
    const queues = { lookups: { active: 0, scheduled: 0, deadLettered: 2 }, topic: null };
    const pendingSettings = [{ setting: 'DEFENDER_QUOTA_PER_HOUR', stored: 10, configured: 1500 }];
    const machine = calm.endpoints.machine && { ...calm.endpoints.machine, pendingSettings };
    const unreadable = [{ part: 'queues.topic', code: 'broker.depthsDenied' }];

    const concerns = concernsOf(well, {
      ...calm,
      queues,
      unreadable,
      endpoints: { ...calm.endpoints, machine, file: machine },
    });

    expect(concerns.map(({ what }) => what)).toEqual([
      '2 dead letters in lookups',
      'queues.topic could not be read',
      'DEFENDER_QUOTA_PER_HOUR is not in force yet',
    ]);
  });
});
