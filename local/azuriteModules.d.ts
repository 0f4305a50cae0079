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
