import { refusalsOf, type Browser, type Refusal, type Use } from '../../core/browsers.js';
import type { CertificateFacts } from '../../core/certificate-facts.js';
import type { Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import { onlyOf } from './shared/refusals.js';
import { listed } from './shared/text.js';
import { othersText } from './shared/trust.js';
import { certificateText, neededChain } from './shared/validity.js';

/** The handshake in which a browser would use the key. */
function useIn({ handshakes }: Evidence): Use {
  const { Chromium, Firefox } = handshakes ?? {};
  const cipher = Chromium?.cipher ?? '';
  return {
    isKeyExchange: cipher !== '' && !/^(TLS_|ECDHE-|DHE-)/.test(cipher),
    ...(Firefox?.end === 'secure' ? { isStapled: Firefox.isStapled } : {}),
  };
}

interface Problem extends Refusal {
  subject: string;
}

/** Why browsers refuse the certificates that they need of a server. */
function problemsIn(evidence: Evidence): Problem[] {
  const use = useIn(evidence);
  return neededChain(evidence).flatMap((facts, index) =>
    refusalsOf(facts, index === 0 ? 'leaf' : 'ca', use).map((refusal) =>
      Object.assign({ subject: certificateText(facts, evidence) }, refusal),
    ),
  );
}

type Said = Omit<Finding, 'fix'> & Pick<Finding, 'fix'>;

function sentenceOf({ subject, problem }: Problem): string {
  return `${subject} ${problem}.`;
}

function finding(problems: Problem[], evidence: Evidence): Said | undefined {
  const browsers = [...new Set(problems.flatMap((each) => each.browsers))];
  const [first] = problems;
  return (
    first && {
      clients: ['browser'],
      ...onlyOf(browsers),
      cause: `${sentenceOf(first)} ${listed(browsers)} ${browsers.length === 1 ? 'refuses' : 'refuse'} it.`,
      evidence: `${problems.map(sentenceOf).join(' ')} ${othersText(evidence)}`,
      fix: [...new Set(problems.map(({ fix }) => fix))].join(' '),
    }
  );
}

function isCertain({ isLikely }: Refusal): boolean {
  return isLikely !== true;
}

function ofFile(facts: CertificateFacts, evidence: Evidence): Problem[] {
  const subject = `The certificate ${pathOf(evidence)}`;
  return refusalsOf(facts, 'leaf').map((refusal) => Object.assign({ subject }, refusal));
}

function withFix(said: Said | undefined, evidence: Evidence): Finding | undefined {
  return said && { ...said, ...renewServed(evidence, said.fix) };
}

export const browserRefusesCertificate: Rule = {
  code: 'browser-refuses-certificate',
  meaning: 'a browser refuses the certificate, which other clients accept',
  certificate: (evidence) =>
    withFix(finding(problemsIn(evidence).filter(isCertain), evidence), evidence),
  files: certificateFile((facts, evidence) =>
    finding(ofFile(facts, evidence).filter(isCertain), evidence),
  ),
};

/** Nothing here can try what Apple's documents say. */
function unproven(problems: Problem[], evidence: Evidence): Said | undefined {
  const said = finding(
    problems.filter((each) => !isCertain(each)),
    evidence,
  );
  return said && { ...said, severity: 'warning', certainty: 'likely' };
}

const apple: Browser[] = ['Safari'];

export const appleRefusesCertificate: Rule = {
  code: 'apple-refuses-certificate',
  meaning: "the certificate breaks a rule of Apple's systems, such as its longest validity",
  certificate: (evidence) => {
    const said = withFix(unproven(problemsIn(evidence), evidence), evidence);
    return said && { ...said, browsers: apple };
  },
  files: certificateFile((facts, evidence) => {
    const said = unproven(ofFile(facts, evidence), evidence);
    return said && { ...said, browsers: apple };
  }),
};
