import { byId } from './dom';
import { runDashboard } from './runDashboard';
import { signInAccess } from './signIn';

const { clientId = '', authority = '', scope = '' } = document.body.dataset;

signInAccess({ clientId, authority, scope }).then(runDashboard, () => {
  byId('notice').textContent = 'Signing in has failed. Reload the page to try again.';
});
