import type { Evidence } from '../../evidence.js';

/** @returns whether the handshake got no answer in time */
export function isUnanswered({ upgrade, otherScheme }: Evidence): boolean {
  return (
    upgrade?.end === 'timeout' &&
    upgrade.answer === undefined &&
    upgrade.bytes === '' &&
    otherScheme?.tls?.end !== 'secure'
  );
}

/**
 * @returns whether the service demands the upgrade when it gets a plain request, but does not answer a
 * handshake: a proxy in front forwards requests, and drops upgrades
 */
export function isUpgradeDropped(evidence: Evidence): boolean {
  const { upgrade, plainRequest } = evidence;
  const isDropped = upgrade?.answer === undefined && upgrade?.bytes === '';
  return isDropped && plainRequest?.status === 426;
}
