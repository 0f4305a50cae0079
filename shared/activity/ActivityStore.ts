import type { Part } from './Activity';

/** What each process did lately, for all to see. */
export interface ActivityStore {
  /** Puts the part of this process in the place of its last one. @throws {StorageUnavailableError} */
  write(part: Part, at: number): Promise<void>;
  /** Of other processes, written after `since`; of 200 at most. @throws {StorageUnavailableError} */
  others(since: number): Promise<readonly Part[]>;
  /** Returns how many. @throws {StorageUnavailableError} */
  removeBefore(at: number): Promise<number>;
}
