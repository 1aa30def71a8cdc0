import { everyClient } from './client.js';
import type { Elsewhere, Evidence } from './evidence.js';
import { fallbacks, ruleOf, rules } from './rules/rules.js';
import { isAlive } from './rules/shared/upgrade.js';
import { suppress } from './suppress.js';
import { stages, weightOf, type Code, type Other, type Rule, type Verdict } from './verdict.js';

function otherOf(code: Code, evidence: Evidence): Other {
  const { meaning = '', advice = '' } = ruleOf(code) ?? {};
  const said = typeof advice === 'string' ? { fix: advice } : advice(evidence);
  return { code, meaning, lines: [], ...said };
}

function verdictsOf(rule: Rule, evidence: Evidence): Verdict[] {
  return stages.flatMap((stage) => {
    const finding = rule[stage]?.(evidence);
    if (finding === undefined) {
      return [];
    }
    const { alternatives = [], commands = [], lines = [] } = finding;
    return [
      {
        code: rule.code,
        stage,
        severity: 'blocking',
        certainty: alternatives.length === 0 ? 'certain' : 'likely',
        clients: everyClient,
        ...finding,
        commands,
        lines,
        alternatives,
        others: alternatives.map((code) => otherOf(code, evidence)),
      },
    ];
  });
}

function byWeight(one: Verdict, other: Verdict): number {
  return weightOf(one) - weightOf(other) || stages.indexOf(one.stage) - stages.indexOf(other.stage);
}

function shownOf(evidence: Evidence): Verdict[] {
  return suppress(
    rules.flatMap((rule) => verdictsOf(rule, evidence)),
    evidence,
  );
}

function blockingOf(verdicts: Verdict[]): Verdict[] {
  return verdicts.filter(({ severity }) => severity === 'blocking');
}

function isOfCertificate({ stage }: Verdict): boolean {
  return stage === 'certificate' || stage === 'trust';
}

/** Judges what another address answers, or another certificate, against what is known to block. */
function judged(each: Elsewhere, { project }: Evidence, known: Verdict[]): Elsewhere {
  const seen = project === undefined ? each.seen : { ...each.seen, project };
  const all = blockingOf(shownOf(seen)).toSorted(byWeight);
  const isHere = each.address === undefined;
  const found = isHere ? all.filter(isOfCertificate) : all;
  const blocking = isHere ? known.filter(isOfCertificate) : known;
  const problem = found.find(({ code }) => !known.some((verdict) => verdict.code === code));
  const works = found.length === 0 && (isHere || isAlive(each.seen.upgrade));
  return {
    ...each,
    ...(problem === undefined ? {} : { problem }),
    ...(works && blocking.length > 0 ? { better: true } : {}),
  };
}

/** The first address is only known to browsers, and the one of the others works. */
function isOnlyForBrowsers({ elsewhere = [], reached, address }: Evidence): boolean {
  const isNamed = reached.some((each) => each.named && each.address === address);
  return (
    !isNamed &&
    elsewhere.some(
      ({ address: other, better, named }) => other !== undefined && better === true && named,
    )
  );
}

function forBrowsers(verdict: Verdict): Verdict {
  return verdict.severity === 'blocking' ? { ...verdict, clients: ['browser'] } : verdict;
}

/**
 * Judges the evidence of a connection.
 * @returns the verdicts, blocking ones first, then by stage; `healthy` is among them if none blocks
 */
export function judge(evidence: Evidence): Verdict[] {
  const { elsewhere = [], ...rest } = evidence;
  const known = elsewhere.length === 0 ? [] : blockingOf(shownOf(rest));
  const whole = { ...evidence, elsewhere: elsewhere.map((each) => judged(each, rest, known)) };
  const shown = shownOf(whole);
  const blocked = shown.some(({ severity }) => severity === 'blocking');
  const [last] = fallbacks.flatMap((rule) => verdictsOf(rule, whole));
  const all = [...shown, ...(blocked || last === undefined ? [] : [last])];
  const limited = isOnlyForBrowsers(whole) ? all.map(forBrowsers) : all;
  return limited.toSorted(byWeight);
}
