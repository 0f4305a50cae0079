import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { commands } from '../../local/commands.cjs';

const ROOT = resolve(__dirname, '..', '..');
const built = Object.entries(commands).filter(([, command]) => command.built && command.options);

describe('every npm command', () => {
  it.each(built)('%s is refused if npm has kept one of its options', async (_name, command) => {
    const child = spawn(process.execPath, [join(ROOT, command.file), '--help']);
    const help = await text(child.stdout);

    const explained = [...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option]) => option);
    expect([...(command.options ?? []), 'help'].sort()).toEqual([...new Set(explained)].sort());
  });
});
