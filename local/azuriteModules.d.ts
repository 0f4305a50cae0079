// The parts of Azurite 3.35.0 (pinned) that start it in-process; the package itself has no types.

declare module 'azurite/dist/src/blob/BlobConfiguration' {
  const BlobConfiguration: new (...positional: readonly unknown[]) => object;
  export default BlobConfiguration;
}

declare module 'azurite/dist/src/table/TableConfiguration' {
  const TableConfiguration: new (...positional: readonly unknown[]) => object;
  export default TableConfiguration;
}

declare module 'azurite/dist/src/blob/BlobServer' {
  const BlobServer: new (configuration: object) => {
    start(): Promise<void>;
    close(): Promise<void>;
    getHttpServerAddress(): string;
  };
  export default BlobServer;
}

declare module 'azurite/dist/src/table/TableServer' {
  import BlobServer from 'azurite/dist/src/blob/BlobServer';

  export default BlobServer;
}

declare module 'azurite/dist/src/common/persistence/MemoryExtentStore' {
  export const MemoryExtentChunkStore: new (sizeLimit: number) => object;
}

declare module 'azurite/dist/src/common/persistence/LokiExtentMetadataStore' {
  interface Extents {
    findOne(query: { readonly id: string }): object | null;
    remove(extent: object): void;
  }

  class LokiExtentMetadataStore {
    constructor(path: string, inMemory: boolean);
    protected readonly EXTENTS_COLLECTION: string;
    protected readonly db: { getCollection(name: string): Extents };
    init(): Promise<void>;
    updateExtent(extent: { readonly id: string }): Promise<void>;
    deleteExtent(id: string): Promise<void>;
    /** @throws {TypeError} there is none of this id */
    getExtentLocationId(id: string): Promise<string>;
  }
  export default LokiExtentMetadataStore;
}
