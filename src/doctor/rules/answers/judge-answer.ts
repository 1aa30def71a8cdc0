import type { Evidence, HttpAnswer } from '../../evidence.js';
import type { Advice, Code, Finding, Judge } from '../../verdict.js';
import { mayBeStripped, needsUpgradeLines, proxyName } from '../shared/proxy.js';
import { answerText } from '../shared/text.js';
import {
  isPlainOnTls,
  openingOrigin,
  refusal,
  wantsCertificate,
  isAboutAlpn,
} from '../shared/upgrade.js';
import { cloudAnswers } from './clouds.js';
import { developmentAnswers } from './development.js';
import { generalAnswers } from './general.js';
import { matches, textsOf, type KnownAnswer } from './known-answer.js';
import { ownServiceAnswers } from './own-service.js';
import { proxyAnswers } from './proxies.js';
import { serverAnswers } from './servers.js';

/** All known answers. The first that matches counts, so that special ones precede general ones. */
export const knownAnswers: KnownAnswer[] = [
  ownServiceAnswers,
  cloudAnswers,
  proxyAnswers,
  serverAnswers,
  developmentAnswers,
  generalAnswers,
].flat();

/** @returns the first row that knows an answer */
export function knownAnswer(answer: HttpAnswer): KnownAnswer | undefined {
  const texts = textsOf(answer);
  return knownAnswers.find(({ match }) => matches(answer, texts, match));
}

/** @returns a refusal that the answer alone explains: another origin or scheme does not open a socket */
export function answerToRead(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  const isExplained =
    openingOrigin(evidence) !== undefined ||
    isPlainOnTls(evidence) ||
    isAboutAlpn(answer) ||
    wantsCertificate.test(answer?.body ?? '');
  return isExplained ? undefined : answer;
}

/** The usual words for a code. */
type Words = Pick<Finding, 'cause'> & Advice;

/** What a rule says of an answer. */
interface Reading {
  /** The usual words for rows that have none of their own; `who` gave the answer. */
  usual: (who: string, answer: HttpAnswer, evidence: Evidence) => Words;
  /** Judges an answer that no row knows. */
  otherwise?: (answer: HttpAnswer, evidence: Evidence) => Finding | undefined;
}

/** @returns the words of a row with the host and the path of the URL in their places */
function filled(text: string, { target }: Evidence): string {
  return text.replaceAll('{host}', target.host).replaceAll('{path}', target.path);
}

/** @returns what a row says of an answer */
export function findingOf(
  row: KnownAnswer,
  { answer, evidence, usual }: { answer: HttpAnswer; evidence: Evidence; usual: Reading['usual'] },
): Finding {
  const words = usual(row.who ?? proxyName(answer), answer, evidence);
  const { cause = words.cause, fix = words.fix, alternatives } = row;
  const lines = row.fix === undefined ? words.lines : undefined;
  return {
    cause: filled(cause, evidence),
    evidence: `${answerText(answer)}.`,
    fix: filled(fix, evidence),
    ...(lines === undefined ? {} : { lines }),
    ...(alternatives === undefined ? {} : { alternatives }),
  };
}

const stripped = 'upgrade-stripped';

/**
 * What a row means of an answer that a proxy passed on. A service that does not know the path of a plain
 * request may know it as that of a socket, and most proxies only forward upgrades if told so.
 */
function throughProxy(row: KnownAnswer, answer: HttpAnswer, evidence: Evidence): KnownAnswer {
  const { match, who = proxyName(answer), source, code, alternatives = [] } = row;
  if (!mayBeStripped(answer, evidence)) {
    return row;
  }
  const isOfService = serverAnswers.includes(row) && needsUpgradeLines(answer);
  if (code === 'wrong-path' && isOfService && alternatives.includes(stripped)) {
    const others = alternatives.filter((each) => each !== stripped);
    return { match, who, source, code: stripped, alternatives: [code, ...others] };
  }
  return row.throughProxy === undefined
    ? row
    : { ...row, alternatives: [...alternatives, ...row.throughProxy] };
}

/** @returns a judge of refusals: by the row that knows the answer, or else by the rule itself */
export function judgeAnswer(code: Code, { usual, otherwise }: Reading): Judge {
  return (evidence) => {
    const answer = answerToRead(evidence);
    if (answer === undefined) {
      return undefined;
    }
    const known = knownAnswer(answer);
    if (known === undefined) {
      return otherwise?.(answer, evidence);
    }
    const row = throughProxy(known, answer, evidence);
    return row.code === code ? findingOf(row, { answer, evidence, usual }) : undefined;
  };
}
