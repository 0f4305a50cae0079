import { RestError } from '@azure/data-tables';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { writeRow } from '../../../shared/storage/tableRows';

/** As the SDK has what the service answers. */
const refusal = (statusCode: number, errorCode: string): RestError =>
  Object.assign(new RestError(errorCode, { statusCode }), { details: { errorCode } });
const writeMeeting = (error: Error) => writeRow('write', () => Promise.reject(error));

describe('writeRow()', () => {
  it.each([
    { status: 404, code: 'ResourceNotFound' },
    { status: 409, code: 'EntityAlreadyExists' },
    { status: 412, code: 'UpdateConditionNotSatisfied' },
  ])(
    'resolves to null for a row that another has written or removed: $code',
    async ({ status, code }) => {
      expect(await writeMeeting(refusal(status, code))).toBeNull();
    },
  );

  it.each([
    { status: 404, code: 'TableNotFound' },
    { status: 409, code: 'TableBeingDeleted' },
    { status: 503, code: 'ServerBusy' },
  ])(
    'rejects where nothing was written, and no row is to blame: $code',
    async ({ status, code }) => {
      await expect(writeMeeting(refusal(status, code))).rejects.toThrow(StorageUnavailableError);
    },
  );

  it('resolves to the new ETag', async () => {
    expect(await writeRow('write', async () => ({ etag: 'W/"1"' }))).toBe('W/"1"');
  });
});
