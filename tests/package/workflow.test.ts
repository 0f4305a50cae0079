import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = readFileSync(join(__dirname, '../../.github/workflows/ci.yml'), 'utf8');
const lines = text.split('\n');

describe('.github/workflows/ci.yml', () => {
  it('pins every action by commit and names its version', () => {
    const uses = lines.filter((line) => /\buses:/.test(line));

    expect(uses.length).toBeGreaterThan(4);
    expect(uses.filter((line) => !/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d/.test(line))).toEqual(
      [],
    );
  });

  it('gives the token no right but reading, and signing in to the job that deploys', () => {
    const rights = lines.filter((line) => /^ +[\w-]+: (read|write)$/.test(line));

    expect(rights.map((line) => line.trim())).toEqual(['contents: read', 'id-token: write']);
  });

  it('uses no secret and runs no install script', () => {
    expect(text).not.toContain('secrets.');
    const installs = lines.filter((line) => /npm (ci|install)/.test(line));
    expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
  });
});
