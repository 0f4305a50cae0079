import { checkWhatIfs, readWhatIf } from '../../../cli/plan/whatIfs';
import { CannotStart } from '../../../cli/settings/CannotStart';

const ENV = {
  ServiceBusConnection__fullyQualifiedNamespace: 'bus.servicebus.windows.net',
  StateStorage__tableServiceUri: 'https://state.table.core.windows.net',
  StateStorage__blobServiceUri: 'https://state.blob.core.windows.net',
  DEFENDER_TENANT_ID: '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10',
};

describe('What-ifs', () => {
  it.each([
    {
      change: 'INTERACTIVE_RESERVE_PER_MINUTE=100',
      message: 'INTERACTIVE_RESERVE_PER_MINUTE must be below DEFENDER_QUOTA_PER_MINUTE',
    },
    {
      change: 'DEFENDER_QUOTA_PER_HOUR=1',
      message: 'INTERACTIVE_RESERVE_PER_HOUR must be below DEFENDER_QUOTA_PER_HOUR',
    },
    {
      change: 'DEFENDER_QUOTA_PER_MINUTE=1000,DEFENDER_QUOTA_PER_HOUR=200',
      message: 'DEFENDER_QUOTA_PER_MINUTE must not be above DEFENDER_QUOTA_PER_HOUR',
    },
  ])('are refused if the app would not start with them: $change', ({ change, message }) => {
    const check = () => {
      checkWhatIfs([readWhatIf(change)], ENV);
    };

    expect(check).toThrow(CannotStart);
    expect(check).toThrow(message);
  });

  it.each(['BULK_PER_TEN_MINUTES=0,priority=high', 'BATCH_MAX_QUESTIONS=1', 'priority=low'])(
    'are taken if it would: %s',
    (change) => {
      expect(() => {
        checkWhatIfs([readWhatIf(change)], ENV);
      }).not.toThrow();
    },
  );

  it('are refused if a value has something after it', () => {
    expect(() => readWhatIf('BULK_PER_TEN_MINUTES=0=5')).toThrow('must be a whole number');
  });
});
