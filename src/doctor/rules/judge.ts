import { everyClient } from '../client.js';
import { withoutConsequences } from './consequences.js';
import { healthy } from './healthy.js';
import { isUnexplained, unexplained } from './unexplained.js';
import { addressRules } from './address.js';
import { certificateRules } from './certificate.js';
import { fileRules } from './files.js';
import { framesRules } from './frames.js';
import { listeningRules } from './listening.js';
import { originRules } from './origin.js';
import { pageRules } from './page.js';
import { pathRules } from './path.js';
import { proxyRules } from './proxy.js';
import { settingsRules } from './settings.js';
import { strippedRules } from './stripped.js';
import { tlsRules } from './tls.js';
import { trustRules } from './trust.js';
import { upgradeRules } from './upgrade.js';
import { stages, type Rule, type Verdict } from './verdict.js';
import type { Evidence } from '../evidence.js';

/** All rules. Each rule judges all evidence. */
export const rules: Rule[] = [
  ...settingsRules,
  ...fileRules,
  ...listeningRules,
  ...addressRules,
  ...tlsRules,
  ...certificateRules,
  ...trustRules,
  ...upgradeRules,
  ...pathRules,
  ...strippedRules,
  ...originRules,
  ...proxyRules,
  ...framesRules,
  ...pageRules,
];

function verdictOf(rule: Rule, evidence: Evidence): Verdict[] {
  const { code, stage } = rule;
  const finding = rule.judge(evidence);
  if (finding === undefined) {
    return [];
  }
  const { alternatives = [], commands = [] } = finding;
  return [
    {
      code,
      stage,
      severity: 'blocking',
      clients: everyClient,
      ...finding,
      certainty: alternatives.length === 0 ? 'certain' : 'likely',
      commands,
      alternatives,
    },
  ];
}

/** A likely verdict is left out when one of its alternatives is certain. */
function isSettled(verdict: Verdict, all: Verdict[]): boolean {
  const { certainty, alternatives } = verdict;
  return (
    certainty === 'likely' &&
    all.some(
      (other) =>
        other.certainty === 'certain' &&
        alternatives.includes(other.code) &&
        weightOf(other) <= weightOf(verdict),
    )
  );
}

const weights: Verdict['severity'][] = ['blocking', 'warning', 'info'];

function weightOf({ severity }: Verdict): number {
  return weights.indexOf(severity);
}

function byWeight(one: Verdict, other: Verdict): number {
  return weightOf(one) - weightOf(other) || stages.indexOf(one.stage) - stages.indexOf(other.stage);
}

/**
 * Judges the evidence of a connection.
 * @returns the verdicts, blocking ones first, then by stage; `healthy` is among them if none blocks
 */
export function judge(evidence: Evidence): Verdict[] {
  const every = rules.flatMap((rule) => verdictOf(rule, evidence));
  const all = withoutConsequences(every, evidence);
  const said = all.filter((verdict) => !isSettled(verdict, all));
  const blocked = said.some(({ severity }) => severity === 'blocking');
  const last = isUnexplained(evidence) ? unexplained(evidence) : healthy(evidence);
  return [...said, ...(blocked ? [] : [last])].toSorted(byWeight);
}
