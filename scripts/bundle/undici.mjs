// Stands for the package undici in the bundle: what the app uses of it. The package's own entry also loads its fetch,
// WebSocket, cache, mock and proxy parts, half a megabyte that is never reached.
import api from 'undici/lib/api/index.js';
import buildConnector from 'undici/lib/core/connect.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

// The package's entry gives dispatchers their request() like this.
Object.assign(Dispatcher.prototype, api);

export { Agent, buildConnector, errors };
