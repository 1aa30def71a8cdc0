import { expect, it } from 'vitest';
import { healthy } from '../../../src/doctor/rules/healthy.js';
import type { StoreTrust } from '../../../src/doctor/trust-evidence.js';
import { pageEvidence } from '../../support/page-evidence.js';

function store(title: string, trusts: boolean | undefined): StoreTrust {
  return { client: 'browser', title, trusts, fix: [] };
}

const url = 'wss://api.example/';

it.each([
  [[store('Chromium', true), store('Firefox', true)], `${url} works for browsers.`],
  [
    [store('Chromium', false), store('Firefox', true)],
    `${url} works for browsers. Its certificate is not trusted by Chromium.`,
  ],
  [[store('Chromium', undefined), store('Firefox', true)], `${url} works for browsers.`],
])('a certificate in %j: %s', (browsers, cause) => {
  const node = { ...store('Node.js', false), client: 'node' as const };
  const system = { ...store('System', false), client: 'system' as const };
  const stores = [...browsers, node, system];
  const issuer = 'CN=CA';
  const trust = {
    signer: 'here',
    sent: 1,
    needed: 1,
    issuer,
    complete: false,
    logged: false,
  } as const;
  const finding = healthy.settings?.({
    ...pageEvidence({ url }),
    trust: { ...trust, above: [], stores },
  });
  expect(finding?.cause).toBe(cause);
});
