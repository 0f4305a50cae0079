import type { ContainerClient } from '@azure/storage-blob';

/** A container of this app's own storage. */
export interface BlobContainer {
  readonly name: string;
  /** Made when it is first asked for, as the library takes longer to load than most of the app. */
  readonly client: ContainerClient;
}
