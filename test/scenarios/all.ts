import { addressScenarios } from './addresses.js';
import { handshakeScenarios } from './handshake.js';
import { hostileScenarios } from './hostile.js';
import { networkScenarios } from './network.js';
import { projectScenarios } from './project.js';
import { healthyScenarios, proxyScenarios } from './proxies.js';
import { pageScenarios } from './page.js';
import type { Scenario } from './scene.js';
import { tlsScenarios } from './tls.js';
import { trustScenarios } from './trust.js';
import { upgradeScenarios } from './upgrade.js';

/** All scenarios for doctor, in groups. */
export const groups: Record<string, Scenario[]> = {
  network: networkScenarios,
  TLS: tlsScenarios,
  trust: trustScenarios,
  upgrade: upgradeScenarios,
  handshakes: handshakeScenarios,
  addresses: addressScenarios,
  proxies: proxyScenarios,
  'healthy servers': healthyScenarios,
  projects: projectScenarios,
  'hostile servers': hostileScenarios,
  pages: pageScenarios,
};
