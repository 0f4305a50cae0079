import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS } from '../../shared/siem/formats/formats';
import { siemFixtures } from '../support/siemFixtures';

const text = readFileSync(join(__dirname, '..', '..', 'docs', 'siem-formats.md'), 'utf8');

/** The rows of the table below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n');
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| |\|$/g, '').trim()));
}

describe('docs/siem-formats.md', () => {
  it('has the fields of every format, in the order in which they are tried', () => {
    const names = rowsBelow('Fields of each format').map(([name = '']) => name);

    expect([...new Set(names)]).toEqual([...FORMATS.map(({ name }) => `\`${name}\``), '`generic`']);
  });

  it('lists what each format hands back', () => {
    const documented = rowsBelow('What is handed back').flatMap(([name, keys = '']) =>
      [...keys.matchAll(/`(\w+)`/g)].map(([, key]) => `${name} ${key}`),
    );
    const used = siemFixtures().flatMap(({ expect: expected }) => {
      const requests = 'requests' in expected ? expected.requests : [expected];
      return requests.flatMap((request) =>
        'format' in request && request.format !== 'plain' && request.format !== 'generic'
          ? Object.keys(request.context ?? {}).map((key) => `\`${request.format}\` ${key}`)
          : [],
      );
    });

    expect([...new Set(used)].filter((each) => !documented.includes(each))).toEqual([]);
  });
});
