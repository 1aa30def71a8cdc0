import type { Evidence, HttpAnswer } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { scriptOf } from './shared/project-files.js';
import { isProxyError, proxyName } from './shared/proxy.js';
import { answerText } from './shared/text.js';
import { refusal } from './shared/upgrade.js';

/** The answer of a proxy that does not reach its upstream. */
function gatewayError(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  const isOne =
    answer !== undefined && ([502, 504].includes(answer.status) || isProxyError(answer));
  return isOne ? answer : undefined;
}

export const proxyUpstream: Rule[] = [
  {
    code: 'proxy-upstream-down',
    meaning: 'the proxy does not reach its upstream',
    proxy: (evidence) => {
      const answer = gatewayError(evidence);
      const { project } = evidence;
      const upstream = project?.upstream;
      if (answer === undefined || upstream?.state === 'tls' || upstream?.state === 'plain') {
        return undefined;
      }
      const refused = upstream?.state === 'refused';
      const seen = refused
        ? ` Nothing listens on port ${upstream.port} of ${upstream.address}.`
        : '';
      return {
        cause: `${proxyName(answer)} answers, but does not reach its upstream.`,
        evidence: `${answerText(answer)}.${seen}`,
        fix: "Start the service, and compare its address and port with the proxy's upstream.",
        commands: refused && project !== undefined ? [scriptOf(project, 'dev')] : [],
        ...(refused ? {} : { alternatives: ['proxy-upstream-scheme', 'server-error'] }),
      };
    },
  },
  {
    code: 'proxy-upstream-scheme',
    meaning: 'the proxy and its upstream do not use the same scheme',
    proxy: (evidence) => {
      const answer = gatewayError(evidence);
      const upstream = evidence.project?.upstream;
      if (answer !== undefined && upstream?.state === 'plain') {
        return {
          cause: `${proxyName(answer)} does not reach its upstream. The service runs and speaks plain HTTP: the proxy speaks TLS to it, or uses another port.`,
          evidence: `${answerText(answer)}. Port ${upstream.port} of ${upstream.address} speaks plain HTTP.`,
          fix: `Set the proxy's upstream to http://${upstream.address}:${upstream.port}.`,
          alternatives: ['proxy-upstream-down'],
        };
      }
      if (answer === undefined || upstream?.state !== 'tls') {
        return undefined;
      }
      return {
        cause: `${proxyName(answer)} speaks plain HTTP to a service that speaks TLS.`,
        evidence: `${answerText(answer)}. Port ${upstream.port} of ${upstream.address} speaks TLS.`,
        fix: 'Set HTTPS=false in the service: the proxy terminates TLS. Or use https:// for the upstream in the proxy.',
      };
    },
  },
];
