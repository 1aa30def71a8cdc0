import type { Code } from '../../../src/doctor/verdict.js';
import { certificateRepairs } from './certificates.js';
import { pageRepairs } from './pages.js';
import { projectRepairs } from './projects.js';
import { proxyRepairs } from './proxies.js';
import type { Repair } from './repair.js';
import { serverRepairs } from './servers.js';

/** All fixes that are typed. */
export const repairs: Repair[] = [
  projectRepairs,
  certificateRepairs,
  serverRepairs,
  pageRepairs,
  proxyRepairs,
].flat();

/** The codes whose fixes a test cannot type, and why. */
export const notTyped: Record<Code, string> = {
  healthy: 'there is nothing to do',
  'port-forbidden': 'root may listen on every port, and so may anyone in a container',
  unreachable: 'it is about the network and its firewalls',
  'not-tls': 'only the user knows which port is meant',
  'reset-before-tls': 'only the user knows what should listen there',
  silent: 'the program that hangs is not known',
  'large-client-hello': 'the proxy or firewall in front must be replaced',
  'credentials-not-sent': 'the code of the server must change',
  'browser-handshake': 'the code of the server or a rule of a firewall must change',
  'header-not-for-pages': 'the application must take the value from elsewhere',
  'programs-refused': 'a rule of a firewall must change',
  'connections-limited': 'which limit it is, only the server knows',
  'http-version': 'the code of the server must change',
  'interim-response': 'the code of the server must change',
  'malformed-answer': 'the code of the server must change',
  'server-error': 'the error is in the log of the server',
  unauthorized: 'which credentials are wanted, only the application knows',
  'closed-by-application': 'the reason is in the log of the server',
  'not-a-websocket-server': 'another program listens there',
  'no-pong': 'the library of the server must change',
  'closed-after-ping': 'the library of the server must change',
  'loopback-only': 'a test has no address of a network',
};
