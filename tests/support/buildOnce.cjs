'use strict';
/** These tests run the compiled app in processes of its own. */
module.exports = async () => {
  require('../../local/build.cjs').build();
};
