import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Copies what `npm run package` made below `root` away from the repository, so that nothing there can stand in for what
 * the package lacks.
 *
 * @returns the folder; it is removed when this process ends.
 * @throws Error when there is no package
 */
export function copyPackage(root: string): string {
  const app = join(root, 'dist', 'package', 'app');
  if (!existsSync(join(app, 'package.json'))) {
    throw new Error(`There is no package in ${app}: make it with npm run package.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'defender-enricher-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  cpSync(app, folder, { recursive: true });
  return folder;
}
