'use strict';
/**
 * Without `--` before them, npm takes options for its own, and PowerShell takes that `--` away: the command would run
 * as if nothing had been said. npm leaves what it took in variables.
 */

/**
 * The command as it has to be written, if npm has kept any of its options; else null.
 * @param {string} command - as in package.json
 * @param {readonly string[]} options - its options, without the dashes
 * @param {Readonly<Record<string, string | undefined>>} env
 */
function spellingOf(command, options, env) {
  const kept = options.flatMap((option) => {
    const value = env[variableOf(option)] ?? (isDenied(option, env) ? 'true' : undefined);
    if (value === undefined) return [];
    if (value === 'true') return [`--${option}`];
    return [`--${option}=${option.endsWith('-key') ? '…' : value}`];
  });
  if (kept.length === 0) return null;
  const run = command === 'start' || command === 'test' ? command : `run ${command}`;
  return [
    `npm has kept ${kept.join(' ')} for itself: the options of a command stand behind --. Write`,
    `  npm ${run} -- ${kept.join(' ')}`,
    'or, in PowerShell, which takes a bare -- away,',
    `  npm ${run} '--' ${kept.join(' ')}`,
  ].join('\n');
}

/** `--no-samples` is to npm that `samples` is false. */
function isDenied(option, env) {
  const value = option.startsWith('no-') ? env[variableOf(option.slice(3))] : undefined;
  return value === '' || value === 'false';
}

function variableOf(option) {
  return `npm_config_${option.replaceAll('-', '_')}`;
}

module.exports = { spellingOf };
