/** The rows of a Parquet file, by another library than the one that wrote it. */
export async function readParquet(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const file = new Uint8Array(bytes).buffer;
  return parquetReadObjects({ file });
}

/** Names of its columns, in order. */
export async function parquetColumns(bytes: Buffer): Promise<string[]> {
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const metadata = await parquetMetadataAsync(new Uint8Array(bytes).buffer);
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}
