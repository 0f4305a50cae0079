'use strict';
const { execFileSync } = require('node:child_process');

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A CycloneDX bill of materials, as text: what npm knows of `packages` (`name@version`) from the lock file, their
 * checksums among it. The same for the same commit. `at`: Unix ms. (Asked to leave out packages of development, npm 11
 * leaves out those too that the app shares with them.)
 */
function createSbom(sources, { name, at, packages }) {
  const script = process.env.npm_execpath;
  const [file, prefix] = script ? [process.execPath, [script]] : ['npm', []];
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const text = execFileSync(file, [...prefix, ...args, '--package-lock-only'], {
    cwd: sources,
    maxBuffer: MAX_BYTES,
    encoding: 'utf8',
    shell: !script && process.platform === 'win32',
  });
  const { serialNumber: _, ...bom } = JSON.parse(text);
  const app = bom.metadata.component;
  const metadata = { ...bom.metadata, timestamp: new Date(at).toISOString() };
  const held = new Set(packages);
  const components = bom.components.filter((each) => held.has(each['bom-ref']));
  const missing = packages.filter((each) => !components.some((one) => one['bom-ref'] === each));
  if (missing.length > 0) throw new Error(`Not in package-lock.json: ${missing.join(', ')}`);
  const dependencies = bom.dependencies
    .filter(({ ref }) => held.has(ref) || ref === app['bom-ref'])
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => held.has(each)) }));
  const made = { ...bom, metadata: { ...metadata, component: { ...app, name } } };
  return `${JSON.stringify({ ...made, components, dependencies }, null, 2)}\n`;
}

module.exports = { createSbom };
