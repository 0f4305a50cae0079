import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotPlan, infra } from './infra';

// Compiled, this file is in dist/cli/infra.
const root = join(__dirname, '..', '..', '..');
const readText = (path: string): string => readFileSync(path, 'utf8');

infra(process.argv.slice(2), { root, readText, env: process.env }).then(
  (output) => process.stdout.write(output),
  (error: unknown) => {
    console.error(error instanceof CannotPlan ? error.message : error);
    process.exitCode = 2;
  },
);
