import type { Evidence, HttpAnswer } from '../../evidence.js';
import type { Code, Finding, Judge } from '../../verdict.js';
import { proxyName } from '../shared/proxy.js';
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
type Words = Pick<Finding, 'cause' | 'fix'>;

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
  return {
    cause: filled(cause, evidence),
    evidence: `${answerText(answer)}.`,
    fix: filled(fix, evidence),
    ...(alternatives === undefined ? {} : { alternatives }),
  };
}

/** @returns a judge of refusals: by the row that knows the answer, or else by the rule itself */
export function judgeAnswer(code: Code, { usual, otherwise }: Reading): Judge {
  return (evidence) => {
    const answer = answerToRead(evidence);
    if (answer === undefined) {
      return undefined;
    }
    const row = knownAnswer(answer);
    if (row === undefined) {
      return otherwise?.(answer, evidence);
    }
    return row.code === code ? findingOf(row, { answer, evidence, usual }) : undefined;
  };
}
