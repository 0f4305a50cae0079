'use strict';
/**
 * In a process of its own: loads the compiled app as the Functions worker does, and tells its parent how long that took,
 * from the first file to the last function registered.
 */
const Module = require('node:module');
const path = require('node:path');

const [hostRoot, appRoot] = process.argv.slice(2);
const host = path.join(hostRoot, 'dist', 'local', 'host');
const { WorkerCore } = require(path.join(host, 'WorkerCore.js'));
const { expandEntryPoints } = require(path.join(host, 'expandEntryPoints.js'));

const core = new WorkerCore(() => undefined);
const { require: load } = Module.prototype;
Module.prototype.require = function (id) {
  return id === '@azure/functions-core' ? core.module : load.call(this, id);
};
const { main } = require(path.join(appRoot, 'package.json'));
const files = expandEntryPoints(appRoot, main);
const modulesBefore = Object.keys(require.cache).length;

const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
for (const file of files) require(path.resolve(appRoot, file));
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);

const modules = Object.keys(require.cache).length - modulesBefore;
process.send(
  { ms, cpuMs: (user + system) / 1_000, modules, functions: [...core.functions.keys()] },
  () => process.exit(),
);
