import path from 'node:path';
import { HostProcess } from '../local/start/HostProcess';
import {
  FREE_PORTS,
  startEmulators,
  type EmulatorOptions,
  type Emulators,
} from '../local/start/startEmulators';

/** Folder with the compiled app; another one than this repository's to compare with. */
export const APP_ROOT = process.env['APP_ROOT'] ?? path.resolve(__dirname, '..');

export interface RunningApp {
  readonly emulators: Emulators;
  /** Of its HTTP routes, without a slash at the end. */
  readonly url: string;
  /** Of the app's process. */
  readonly pid: number;
  close(): Promise<void>;
}

/** The emulators in this process, and one process of the app on them. */
export async function startApp({
  settings = {},
  ...options
}: Omit<EmulatorOptions, 'ports'> & {
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<RunningApp> {
  const emulators = await startEmulators({ ...options, ports: FREE_PORTS });
  const host = HostProcess.spawn({
    appRoot: APP_ROOT,
    port: 0,
    settings: { ...emulators.settings, ...settings },
    onOutput: () => undefined,
  });
  return {
    emulators,
    pid: host.pid,
    url: `http://127.0.0.1:${await host.ready()}/api`,
    close: async () => {
      await host.stop();
      await emulators.close();
    },
  };
}
