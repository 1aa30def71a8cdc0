import { meanings } from './rules/rules.js';
import { proxyIn } from './rules/shared/proxy.js';
import { answerText, dateText, someOf } from './rules/shared/text.js';
import { isOpen } from './rules/shared/upgrade.js';
import type { Evidence, FramesEvidence } from './evidence.js';
import { isFrom, isOtherProgram } from './suppress.js';
import { stages, type StageName, type StageResult, type Verdict } from './verdict.js';

/** A stage: whether it is part of this diagnosis, and what was seen there if it was reached. */
interface Row {
  asked: (evidence: Evidence) => boolean;
  /** Whether the stage passed when it has no verdict of its own; true by default. */
  passes?: (evidence: Evidence) => boolean;
  /** Undefined if it was not reached. */
  seen: (evidence: Evidence) => string | undefined;
}

function always(): boolean {
  return true;
}

function isSecure({ target }: Evidence): boolean {
  return target.secure;
}

function inProject({ project }: Evidence): boolean {
  return project !== undefined;
}

function addressesSeen({ reached }: Evidence): string | undefined {
  const named = reached.filter((each) => each.named);
  const results = named.map(({ address, result }) => `${address} ${result}`);
  return results.length === 0 ? undefined : results.join(', ');
}

function isReached({ reached }: Evidence): boolean {
  return reached.some(({ result, named }) => named && result === 'open');
}

function tlsSeen({ tls }: Evidence): string | undefined {
  if (tls === undefined) {
    return undefined;
  }
  return tls.end === 'secure'
    ? [tls.protocol, tls.alpn].filter(Boolean).join(', ')
    : (tls.code ?? tls.end);
}

function certificateSeen({ tls }: Evidence): string | undefined {
  const own = tls?.chain[0];
  if (own === undefined) {
    return undefined;
  }
  return `for ${someOf(own.names ?? [own.commonName ?? 'no name'])}; until ${dateText(own.validTo)}`;
}

function trustSeen({ trust }: Evidence): string | undefined {
  if (trust === undefined) {
    return undefined;
  }
  const titlesOf = (trusts: boolean): string => {
    const stores = trust.stores.filter((store) => store.trusts === trusts);
    return [...new Set(stores.map(({ title }) => title))].join(', ');
  };
  const [yes, no] = [titlesOf(true), titlesOf(false)];
  const both = [
    ...(no === '' ? [] : [`not trusted by ${no}`]),
    ...(yes === '' ? [] : [`trusted by ${yes}`]),
  ];
  return both.length === 0 ? 'unknown' : both.join('; ');
}

function upgradeSeen({ upgrade }: Evidence): string | undefined {
  if (upgrade === undefined) {
    return undefined;
  }
  return upgrade.answer === undefined
    ? upgrade.end
    : answerText(upgrade.answer).replace(', no body', '');
}

/** Servers give other answers before they compare origins. */
const originStatuses = [101, 401, 403];

function originSeen({ upgrade, foreignOrigin }: Evidence): string | undefined {
  if (upgrade?.answer === undefined || !originStatuses.includes(upgrade.answer.status)) {
    return undefined;
  }
  const foreign = foreignOrigin?.answer?.status;
  const other = foreign === undefined ? '' : `; foreign origin: ${foreign}`;
  return `${upgrade.origin ?? 'none'}: ${upgrade.answer.status}${other}`;
}

function proxyOf({ upgrade, project }: Evidence): string | undefined {
  const seen = upgrade?.answer === undefined ? undefined : proxyIn(upgrade.answer);
  const asked = project?.upstream !== undefined && upgrade?.answer !== undefined;
  return seen ?? (asked ? 'none seen' : undefined);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function framesText({ pong, pings, messages, close, end, watched }: FramesEvidence): string {
  return [
    ...(pong ? ['pong'] : []),
    ...(pings > 0 ? [counted(pings, 'ping')] : []),
    ...(messages > 0 ? [counted(messages, 'message')] : []),
    ...(close === undefined ? [] : [`close code ${close.code}`]),
    ...(end === 'open' ? [] : [end]),
    ...(watched === undefined ? [] : [`watched for ${(watched / 1000).toFixed(1)} s`]),
  ].join(', ');
}

const rows: Record<StageName, Row> = {
  settings: { asked: inProject, seen: ({ project }) => project?.directory },
  files: {
    asked: (evidence) => inProject(evidence) && isSecure(evidence),
    seen: ({ project }) => project?.files.map(({ path }) => path).join(', '),
  },
  name: {
    asked: always,
    passes: ({ name }) => (name?.addresses ?? []).length > 0,
    seen: ({ name }) =>
      name === undefined
        ? undefined
        : (name.error ??
          `${name.addresses.map(({ address }) => address).join(', ')}${name.given === true ? ' (--address)' : ''}`),
  },
  address: { asked: always, passes: isReached, seen: addressesSeen },
  tls: { asked: isSecure, passes: ({ tls }) => tls?.end === 'secure', seen: tlsSeen },
  certificate: { asked: isSecure, seen: certificateSeen },
  trust: {
    asked: isSecure,
    passes: ({ trust }) => trust?.stores.every(({ trusts }) => trusts !== false) === true,
    seen: trustSeen,
  },
  upgrade: { asked: always, passes: ({ upgrade }) => isOpen(upgrade), seen: upgradeSeen },
  origin: { asked: always, seen: originSeen },
  proxy: { asked: (evidence) => proxyOf(evidence) !== undefined, seen: proxyOf },
  frames: {
    asked: always,
    seen: ({ upgrade }) =>
      isOpen(upgrade) && upgrade?.frames !== undefined ? framesText(upgrade.frames) : undefined,
  },
  idle: {
    asked: ({ surroundings }) => surroundings.asked.idle,
    seen: ({ idle }) =>
      idle === undefined ? undefined : `${(idle.endedAfter ?? idle.asked) / 1000} s`,
  },
  page: {
    asked: ({ surroundings }) => surroundings.asked.page,
    seen: ({ page }) => page?.error ?? page?.url,
  },
};

function stateOf(stage: StageName, evidence: Evidence, verdicts: Verdict[]): StageResult['state'] {
  const own = verdicts.filter((verdict) => verdict.stage === stage);
  const { asked, seen, passes = always } = rows[stage];
  if (own.some(({ severity }) => severity === 'blocking')) {
    return 'failed';
  }
  if (own.some(({ severity }) => severity === 'warning')) {
    return 'warned';
  }
  if (!asked(evidence)) {
    return 'not-asked';
  }
  if (seen(evidence) === undefined) {
    return 'not-reached';
  }
  // It also failed if the reason belongs to another stage, such as the origin of a refused upgrade.
  return passes(evidence) ? 'passed' : 'failed';
}

/** What was seen, in words that fit a failure: an open port may be that of another program. */
function seenIn(stage: StageName, evidence: Evidence, verdicts: Verdict[]): string {
  const { seen, passes } = rows[stage];
  const text = seen(evidence) ?? '';
  const cause = verdicts.find(
    (verdict) => verdict.stage === stage && verdict.severity === 'blocking',
  );
  const isGood = text !== '' && passes?.(evidence) === true;
  return isGood && cause !== undefined ? `${text}, but ${meanings[cause.code]}` : text;
}

/** @returns the result of each stage; what another program on the port answers is no result */
export function stageResults(evidence: Evidence, verdicts: Verdict[]): StageResult[] {
  const isForeign = isOtherProgram(verdicts, evidence);
  return stages.map((stage) => {
    if (!rows[stage].asked(evidence)) {
      return { stage, state: stateOf(stage, evidence, verdicts), seen: '' };
    }
    return isForeign && isFrom('tls', { stage })
      ? { stage, state: 'not-reached', seen: '' }
      : {
          stage,
          state: stateOf(stage, evidence, verdicts),
          seen: seenIn(stage, evidence, verdicts),
        };
  });
}
