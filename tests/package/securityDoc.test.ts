import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

describe('the threats in docs/security.md', () => {
  const text = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');
  const threats = text
    .slice(text.indexOf('## Threats'))
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:Threat|-)/.test(line))
    .map((line) => line.split('|').slice(1, -1))
    .map(([threat = '', , shownBy = '']) => ({ threat: threat.trim(), shownBy }));

  it.each(threats.filter(({ threat }) => !threat.startsWith('**left open**')))(
    '$threat: a test that is there shows what stands against it',
    ({ shownBy }) => {
      const tests = [...shownBy.matchAll(/`(tests\/[^`]+)`/g)].map(([, path = '']) => path);

      expect(tests).not.toEqual([]);
      expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    },
  );
});
