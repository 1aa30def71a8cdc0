import { everyClient } from './client.js';
import type { Evidence } from './evidence.js';
import { fallbacks, rules } from './rules/rules.js';
import { suppress } from './suppress.js';
import { stages, weightOf, type Rule, type Verdict } from './verdict.js';

function verdictsOf(rule: Rule, evidence: Evidence): Verdict[] {
  return stages.flatMap((stage) => {
    const finding = rule[stage]?.(evidence);
    if (finding === undefined) {
      return [];
    }
    const { alternatives = [], commands = [] } = finding;
    return [
      {
        code: rule.code,
        stage,
        severity: 'blocking',
        certainty: alternatives.length === 0 ? 'certain' : 'likely',
        clients: everyClient,
        ...finding,
        commands,
        alternatives,
      },
    ];
  });
}

function byWeight(one: Verdict, other: Verdict): number {
  return weightOf(one) - weightOf(other) || stages.indexOf(one.stage) - stages.indexOf(other.stage);
}

/**
 * Judges the evidence of a connection.
 * @returns the verdicts, blocking ones first, then by stage; `healthy` is among them if none blocks
 */
export function judge(evidence: Evidence): Verdict[] {
  const all = rules.flatMap((rule) => verdictsOf(rule, evidence));
  const shown = suppress(all, evidence);
  const blocked = shown.some(({ severity }) => severity === 'blocking');
  const [last] = fallbacks.flatMap((rule) => verdictsOf(rule, evidence));
  return [...shown, ...(blocked || last === undefined ? [] : [last])].toSorted(byWeight);
}
