const { TestEnvironment } = require('jest-environment-node');

/**
 * Gives tests Node's own module loader through `process.getBuiltinModule('module')`, in place of Jest's, so that the
 * host loads a functions app in them as it does in a process of its own.
 */
module.exports = class NodeLoaderEnvironment extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'setup') {
      this.global.process.getBuiltinModule = process.getBuiltinModule.bind(process);
    }
  }
};
