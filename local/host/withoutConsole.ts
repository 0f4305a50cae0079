/**
 * Runs `load` while nothing that it prints arrives. The host takes no console lines from a worker that still is a
 * placeholder (azure-functions-host, WorkerProcess.cs), and up to version 4.1036 lost those of loading as well (its
 * issue 10222).
 */
export function withoutConsole<T>(load: () => T): T {
  const restores = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    stream.write = () => true;
    return () => {
      stream.write = write;
    };
  });
  try {
    return load();
  } finally {
    for (const restore of restores) restore();
  }
}
