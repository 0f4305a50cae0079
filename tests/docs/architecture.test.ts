import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

describe('docs/architecture.md', () => {
  it('draws every folder of shared/, and none that does not exist', () => {
    const [, picture = ''] = /^ {2}subgraph shared$(.*)^ {2}subgraph local$/ms.exec(text) ?? [];
    const drawn = [...picture.matchAll(/^ +(?!subgraph|end)(\w+(?: & \w+)*)/gm)];

    expect(drawn.flatMap(([, names = '']) => names.split(' & ')).sort()).toEqual(
      readdirSync(join(ROOT, 'shared')).sort(),
    );
  });

  it('explains at most 20 words', () => {
    const [, words = ''] = text.split('## Words\n');

    expect(words.match(/^\| [a-z]/gm)?.length).toBeLessThanOrEqual(20);
  });
});
