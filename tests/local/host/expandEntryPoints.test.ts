import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expandEntryPoints } from '../../../local/host/expandEntryPoints';

describe('expandEntryPoints()', () => {
  const root = mkdtempSync(join(tmpdir(), 'entry-points-'));

  beforeAll(() => {
    for (const file of [
      'index.js',
      'dist/index.js',
      'dist/functions/siemMessage/register.js',
      'dist/functions/siemMessage/handler.js',
      'dist/functions/lookupWork/register.js',
      'dist/functions/lookupWork/register.js.map',
      'dist/functions/.hidden/register.js',
      'dist/functions/a.js/register.js',
    ]) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  it.each([
    {
      main: 'dist/functions/*/register.js',
      files: [
        'dist/functions/a.js/register.js',
        'dist/functions/lookupWork/register.js',
        'dist/functions/siemMessage/register.js',
      ],
    },
    { main: './index.js', files: ['index.js'] },
    { main: 'dist/functions/*.js', files: [] },
    { main: 'dist/**/handler.js', files: ['dist/functions/siemMessage/handler.js'] },
    {
      main: 'dist/{index,functions/lookup????/*}.js',
      files: ['dist/functions/lookupWork/register.js', 'dist/index.js'],
    },
    { main: '{dist/**/,}index.js', files: ['dist/index.js', 'index.js'] },
    { main: 'missing/*.js', files: [] },
  ])('finds $files for $main', ({ main, files }) => {
    expect(expandEntryPoints(root, main)).toEqual(files);
  });
});
