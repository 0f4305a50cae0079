'use strict';
const PORTS = ['servicebus-port', 'defender-port', 'storage-port'];

/** What each command runs; `built` ones need dist/ first. `options` are those that npm might keep for itself. */
const commands = {
  start: {
    file: 'dist/local/start.js',
    built: true,
    options: [
      ...PORTS,
      'once',
      'instances',
      'no-samples',
      'messages',
      'machines',
      'churn',
      'inspect',
      'watch',
      'from-package',
      'port',
    ],
  },
  host: {
    file: 'dist/local/host/main.js',
    built: true,
    options: [
      'app-root',
      'from-package',
      'from-placeholder',
      'port',
      'function-key',
      'master-key',
      'no-auth',
    ],
  },
  emulators: {
    file: 'dist/local/emulators.js',
    built: true,
    options: [...PORTS, 'queues', 'machines', 'churn'],
  },
  inventory: {
    file: 'dist/cli/inventory/main.js',
    built: true,
    options: ['out', 'publish', 'replace-latest', 'resume', 'json'],
  },
  send: { file: 'dist/cli/send/main.js', built: true, options: ['wait', 'json'] },
  replay: {
    file: 'dist/cli/replay/main.js',
    built: true,
    options: [
      'list',
      'reason',
      'request',
      'lookup',
      'id',
      'all',
      'queue',
      'dry-run',
      'rate',
      'wait',
      'json',
    ],
  },
  trace: {
    file: 'dist/cli/trace/main.js',
    built: true,
    options: ['event', 'request', 'lookup', 'json'],
  },
  cancel: {
    file: 'dist/cli/cancel/main.js',
    built: true,
    options: ['request', 'source', 'before', 'free', 'dry-run', 'json'],
  },
  plan: {
    file: 'dist/cli/plan/main.js',
    built: true,
    options: ['from', 'empty', 'if', 'each', 'json'],
  },
  doctor: { file: 'dist/cli/doctor/main.js', built: true, options: ['app', 'here', 'json'] },
  explain: { file: 'dist/cli/explain/main.js', built: true, options: ['json'] },
  infra: {
    file: 'dist/cli/infra/main.js',
    built: true,
    options: ['parameters', 'cloud', 'json'],
  },
  grant: {
    file: 'dist/infra/grantDefender.js',
    built: true,
    options: ['identity', 'cloud', 'print'],
  },
  package: { file: 'cli/package/main.cjs', built: false, options: ['json'] },
  test: { file: 'tests/run.cjs', built: false },
  mutation: { file: 'tests/mutation.cjs', built: false },
  bench: { file: 'bench/run.cjs', built: true },
};

module.exports = { commands };
