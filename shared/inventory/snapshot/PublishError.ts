import { AppError } from '../../errors/AppError';
import { conditionOf } from '../../storage/storageErrors';
import type { InventoryRun } from '../run/InventoryRun';

/** A snapshot could not be made, for another reason than storage: a full disk, a file that cannot be read. */
export class PublishError extends AppError {
  override readonly name = 'PublishError';
  override readonly code = 'inventory.publishFailed';

  constructor({ runId }: Pick<InventoryRun, 'runId'>, cause: unknown) {
    super(`Cannot publish inventory run ${runId}: ${conditionOf(cause)}`, { cause });
  }
}
