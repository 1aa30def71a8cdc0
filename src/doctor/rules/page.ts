import { blockedPorts } from '../../core/ports.js';
import type { Evidence } from '../evidence.js';
import { localNetworkFinding, mixedFinding } from './page-network.js';
import { policyFinding } from './page-policy.js';
import type { Finding, Rule } from './verdict.js';

function notReached({ page }: Evidence): Finding | undefined {
  if (page?.status !== undefined && page.status >= 400) {
    return {
      severity: 'warning',
      cause: `The page ${page.url} returned HTTP status ${page.status}. Its policies may not be those of your page.`,
      evidence: `HTTP status ${page.status}.`,
      fix: 'Pass the full URL of the page to --page.',
    };
  }
  if (page?.error === undefined) {
    return undefined;
  }
  return {
    severity: 'warning',
    cause: `The page ${page.url} cannot be fetched, so its policies are unknown.`,
    evidence: `The request failed: ${page.error}.`,
    fix: 'Start the server of the page, or pass the full URL of the page to --page.',
  };
}

function unsafePort({ target }: Evidence): Finding | undefined {
  const { port } = target;
  if (!blockedPorts.has(port)) {
    return undefined;
  }
  return {
    cause: `Browsers block port ${port}: it belongs to another protocol.`,
    evidence: `The Fetch standard lists ${port} as a bad port ("port blocking").`,
    fix: 'Make the server listen on another port, such as 3000 or 8443. In a generated project, set PORT in .env.',
  };
}

function ofBrowsers(rule: Rule): Rule {
  const judge: Rule['judge'] = (evidence) => {
    const finding = rule.judge(evidence);
    return finding === undefined ? undefined : { clients: ['browser'], ...finding };
  };
  return { ...rule, judge };
}

const rules: Rule[] = [
  { code: 'unsafe-port', stage: 'address', judge: unsafePort },
  { code: 'page-not-reached', stage: 'page', judge: notReached },
  { code: 'mixed-content', stage: 'page', judge: mixedFinding },
  { code: 'local-network-access', stage: 'page', judge: localNetworkFinding },
  { code: 'content-security-policy', stage: 'page', judge: policyFinding },
];

/** What only a browser refuses. */
export const pageRules: Rule[] = rules.map(ofBrowsers);
