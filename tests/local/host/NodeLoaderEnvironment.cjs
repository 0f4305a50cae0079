const { TestEnvironment } = require('jest-environment-node');

/**
 * Hands tests Node's own module loader, for `jest.mock('node:module', …)`: the host then loads a functions app as it
 * does outside Jest.
 */
module.exports = class NodeLoaderEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.nodeModule = require('node:module');
  }
};
