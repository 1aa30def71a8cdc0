import type { Evidence } from '../evidence.js';
import type { ChainRefusal } from '../trust-evidence.js';
import type { Rule } from '../verdict.js';
import { isForServers } from './not-a-server-certificate.js';
import { affected, dateCodes, refusedBy, type Refused } from './shared/refusals.js';
import { hasEnded, isEarly, neededChain } from './shared/validity.js';
import { isWeak } from './weak-key.js';

/** What OpenSSL's words mean. */
const meanings: [RegExp, string][] = [
  [/subtree/, 'A CA of the chain may not sign certificates for these names (name constraints).'],
  [/purpose/, 'A CA of the chain may not sign certificates for servers.'],
  [/invalid CA/, 'A certificate of the chain signed another one, but is not a CA.'],
  [/path length/, 'A CA of the chain signed more CAs below it than it may.'],
  [/usage.*sign/, 'A CA of the chain may not sign certificates (keyUsage).'],
  [/digest.*weak/, 'A certificate of the chain is signed with MD5 or SHA-1.'],
  [/key too weak/, 'A CA of the chain has a key with less than 2048 bits.'],
  [/critical/, 'A certificate of the chain has a critical extension that clients do not know.'],
  [/verify the first|get issuer/, 'The key identifiers in the chain do not fit its CA.'],
];

function meaningOf({ message }: ChainRefusal): string {
  const found = meanings.find(([words]) => words.test(message))?.[1];
  return found ?? 'A verifier refuses the chain of the certificate.';
}

/** Whether another rule says why the verifier refuses the chain. */
function isExplained({ refusal }: Refused, evidence: Evidence): boolean {
  const { now } = evidence.surroundings;
  const own = evidence.tls?.chain[0] ?? evidence.project?.certificate?.facts;
  const { code, message } = refusal;
  if (dateCodes.includes(code)) {
    const needed = [...neededChain(evidence), ...(own === undefined ? [] : [own])];
    return needed.some((each) => hasEnded(each, now) || isEarly(each, now));
  }
  if (code === 'INVALID_PURPOSE') {
    return own !== undefined && !isForServers(own);
  }
  return /EE certificate key|digest/.test(message) && own !== undefined && isWeak(own);
}

export const chainRefused: Rule = {
  code: 'chain-refused',
  meaning: 'a certificate of the chain breaks a rule, so clients refuse it',
  trust: (evidence) => {
    const refused = refusedBy(evidence).filter((store) => !isExplained(store, evidence));
    const [first] = refused;
    if (first === undefined) {
      return undefined;
    }
    const hit = affected(refused, evidence);
    if (hit.clients.length === 0) {
      return undefined;
    }
    const { refusal } = first;
    const titles = [...new Set(refused.map(({ title }) => title))];
    return {
      ...hit,
      cause: meaningOf(refusal),
      evidence: `OpenSSL refuses the chain: "${refusal.message}" (${refusal.code}). The CA is trusted by: ${titles.join(', ')}.`,
      fix: 'Replace the CA that breaks the rule, and get a new certificate from it, or get one from another CA.',
    };
  },
};
