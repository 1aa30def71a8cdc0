import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { answerToRead, judgeAnswer, knownAnswer } from './answers/judge-answer.js';
import { runScripts } from './shared/project-files.js';
import { proxyName } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { portText } from './shared/tls.js';
import { openingOrigin } from './shared/upgrade.js';

const codes = { down: 'proxy-upstream-down', scheme: 'proxy-upstream-scheme' };

/** The answer of a proxy that does not reach its upstream. */
function gatewayError(evidence: Evidence): HttpAnswer | undefined {
  const answer = answerToRead(evidence);
  const code = answer === undefined ? undefined : knownAnswer(answer)?.code;
  return code === codes.down || code === codes.scheme ? answer : undefined;
}

const downFix =
  "Start the service, and compare its address, port and scheme (http:// or https://) with the proxy's upstream.";

function downText(who: string): string {
  return `${who} answers, but does not reach its upstream.`;
}

/** A proxy that only forwards bytes, and gives no answer of its own. */
function withoutAnswer(evidence: Evidence): (Finding & { code: string }) | undefined {
  const { behind, target, upgrade } = evidence;
  const isAnswered = upgrade?.answer !== undefined || openingOrigin(evidence) !== undefined;
  if (behind === undefined || isAnswered) {
    return undefined;
  }
  return behind === 'tls'
    ? {
        code: codes.scheme,
        cause: `${portText(evidence)} terminates TLS, and forwards to a service that speaks TLS itself.`,
        evidence: 'The handshake is dropped. A TLS handshake inside of the connection succeeds.',
        fix: "Forward to the plain port of the service, or let the proxy use TLS to it (stunnel: client = yes in a second section; HAProxy: ssl verify none on the server's line).",
      }
    : {
        code: codes.down,
        cause: `${portText(evidence)} accepts connections, then closes them before any request. A proxy there may not reach its upstream.`,
        evidence: `The connection was closed ${target.secure ? 'after the TLS handshake' : 'at once'}, without a request.`,
        fix: downFix,
        alternatives: ['handler-died', 'not-a-websocket-server'],
      };
}

/** What the service's own port says about the gateway error of the proxy in front of it. */
function besides(evidence: Evidence): (Finding & { code: string }) | undefined {
  const answer = gatewayError(evidence);
  const { project } = evidence;
  const upstream = project?.upstream;
  if (answer === undefined || project === undefined || upstream === undefined) {
    return undefined;
  }
  const { port, address, state } = upstream;
  const place = `Port ${port} of ${address}`;
  if (state === 'refused') {
    return {
      code: codes.down,
      cause: downText(proxyName(answer)),
      evidence: `${answerText(answer)}. Nothing listens on port ${port} of ${address}.`,
      fix: downFix,
      commands: runScripts(project, ['dev']),
    };
  }
  if (state === 'plain') {
    return {
      code: codes.scheme,
      cause: `${proxyName(answer)} does not reach its upstream. The service runs and speaks plain HTTP: the proxy speaks TLS to it, or uses another port.`,
      evidence: `${answerText(answer)}. ${place} speaks plain HTTP.`,
      fix: `Set the proxy's upstream to http://${address}:${port}.`,
      alternatives: [codes.down],
    };
  }
  return state === 'tls'
    ? {
        code: codes.scheme,
        cause: `${proxyName(answer)} speaks plain HTTP to a service that speaks TLS.`,
        evidence: `${answerText(answer)}. ${place} speaks TLS.`,
        fix: 'Set HTTPS=false in the service: the proxy terminates TLS. Or use https:// for the upstream in the proxy.',
      }
    : undefined;
}

function judged(code: string, usual: (who: string) => Pick<Finding, 'cause' | 'fix'>) {
  const byAnswer = judgeAnswer(code, { usual });
  return (evidence: Evidence): Finding | undefined => {
    const found = besides(evidence) ?? withoutAnswer(evidence);
    if (found === undefined) {
      return byAnswer(evidence);
    }
    const { code: own, ...finding } = found;
    return own === code ? finding : undefined;
  };
}

export const proxyUpstream: Rule[] = [
  {
    code: 'proxy-upstream-down',
    meaning: 'the proxy does not reach its upstream',
    advice: "Start the service, and compare its address and port with the proxy's upstream.",
    proxy: judged(codes.down, (who) => ({ cause: downText(who), fix: downFix })),
  },
  {
    code: 'proxy-upstream-scheme',
    meaning: 'the proxy and its upstream do not speak the same protocol',
    advice: "Use https:// in the proxy's upstream exactly if the service speaks TLS there.",
    proxy: judged(codes.scheme, (who) => ({
      cause: `${who} and its upstream do not speak the same protocol: one of them uses TLS, or another version of HTTP.`,
      fix: "Use https:// in the proxy's upstream exactly if the service speaks TLS there, and HTTP/1.1.",
    })),
  },
];
