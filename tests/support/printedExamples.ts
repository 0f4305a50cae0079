import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const PAGE = join(__dirname, '..', '..', 'docs', 'doctor.md');

/**
 * What docs/doctor.md shows under a heading, and `printed`, both without what differs from run to run. With
 * `UPDATE_GOLDEN=1` the page is written anew first.
 */
export function shownAndPrinted(heading: string, printed: string) {
  const page = readFileSync(PAGE, 'utf8');
  const start = page.indexOf(`\n## ${heading}\n`);
  const from = page.indexOf('```text\n', start) + '```text\n'.length;
  const to = page.indexOf('```', from);
  if (start < 0 || to < from) throw new Error(`docs/doctor.md has no example "## ${heading}"`);
  const shown = page.slice(from, to).trimEnd();
  if (isUpdating && steady(shown) !== steady(printed))
    writeFileSync(PAGE, `${page.slice(0, from)}${printed}\n${page.slice(to)}`);
  return { shown: steady(isUpdating ? printed : shown), printed: steady(printed) };
}

const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replaceAll(/(?<=Correlation ID: )[\da-f-]{36}/g, '<id>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replaceAll(/\b\d s (?:ahead of|behind) the/g, '<less than 10 s> off the')
    .replaceAll(/(@azure\/[\w-]+|app:) [\d.]+\b/g, '$1 <version>');
