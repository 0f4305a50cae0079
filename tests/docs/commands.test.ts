import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../local/commands.cjs';

const ROOT = join(__dirname, '..', '..');
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Each option that a document types after `npm run COMMAND --`, as `COMMAND --option`. */
const typedIn = (text: string): readonly string[] =>
  [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z]+) -- ([^`#|\n]*)/g)].flatMap(
    ([, command = '', rest = '']) =>
      [...rest.matchAll(/(?<=^|\s)--([a-z-]+)/g)].map(([option]) => `${command} ${option}`),
  );

function exists(typed: string): boolean {
  const [command = '', option = ''] = typed.split(' --');
  const options = commands[command]?.options;
  return option === 'help' || !options || options.includes(option);
}

describe('the options of commands in the documents', () => {
  it.each(pages)('exist: $name', ({ text }) => {
    expect(typedIn(text).filter((typed) => !exists(typed))).toEqual([]);
  });

  it('are found', () => {
    const operations = pages.find(({ name }) => name.endsWith('operations.md'));

    expect(typedIn(operations?.text ?? '')).toEqual(
      expect.arrayContaining(['replay --reason', 'cancel --free', 'doctor --here']),
    );
    expect(exists('replay --reasons')).toBe(false);
  });
});
