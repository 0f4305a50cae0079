import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = path.resolve(__dirname, '../docs/benchmarks.md');
const FORMATTER = path.resolve(__dirname, '../node_modules/oxfmt/bin/oxfmt');

/** With `--write`: replaces the section `## title` of docs/benchmarks.md; a new section goes to its end. */
export function writeSection(title: string, text: string): void {
  if (process.env['BENCH_WRITE'] !== '1') {
    console.log(`\n--write puts this into docs/benchmarks.md, as "${title}".`);
    return;
  }
  const [head = '', ...sections] = readFileSync(FILE, 'utf8').split(/^(?=## )/m);
  const section = `## ${title}\n\n${text.trim()}\n`;
  const at = sections.findIndex((each) => each.startsWith(`## ${title}\n`));
  sections.splice(at < 0 ? sections.length : at, 1, section);
  const parts = [head, ...sections].map((each) => each.trim());
  writeFileSync(FILE, `${parts.join('\n\n')}\n`);
  execFileSync(process.execPath, [FORMATTER, FILE]);
}
