import { mkcertAuthority, caRoot } from './authorities.js';
import type { Target } from './target.js';

interface Failure {
  /** What is in the code or the message of the error. */
  sign: RegExp;
  /** The cause and the way out, in one line. */
  line: (target: Target, match: RegExpExecArray) => string;
}

// The first that fits is the one. Node's and ws's own words for each are on the left.
const failures: Failure[] = [
  {
    sign: /ECONNREFUSED/,
    line: ({ url }) =>
      `Nothing listens at ${url.host}. Start the service, and its proxy if it has one: npm run dev`,
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN/,
    line: ({ url }) => `${url.hostname} is a name that this machine does not know.`,
  },
  {
    sign: /CERT_HAS_EXPIRED/,
    line: () => 'The certificate has expired. Make a new one: npm run certs',
  },
  {
    sign: /ERR_TLS_CERT_ALTNAME_INVALID/,
    line: ({ url }) =>
      `The certificate is not for ${url.hostname}. Add it to "certs" in package.json, then: npm run certs`,
  },
  {
    // The last is of an authority that has the same name and another key.
    sign: /UNABLE_TO_(GET_ISSUER|VERIFY)\w*|\w*SELF_SIGNED\w*|CERT_SIGNATURE_FAILURE/,
    line: untrusted,
  },
  {
    sign: /wrong version number|packet length too long/,
    line: ({ url }) => `${url.host} does not speak TLS. Set HTTPS=true in .env, or try ws://`,
  },
  {
    sign: /ECONNRESET|socket hang up/,
    line: ({ url }) => `${url.host} hung up. If it speaks TLS, try wss://`,
  },
  {
    sign: /server response: 403/,
    line: ({ origin }) =>
      `403: the service does not list ${origin} in DOMAINS. Add it in .env, or name one that is listed: npm run try -- URL ORIGIN`,
  },
  {
    sign: /server response: (\d+)/,
    line: ({ url }, [, status]) =>
      `${url} answered with HTTP status ${status} and opened no socket.`,
  },
  { sign: /handshake has timed out/, line: ({ url }) => `${url.host} does not answer.` },
];

/** Says in one line why a connection failed, and what to do. */
export function explain(error: Error, target: Target): string {
  const said = `${'code' in error ? error.code : ''} ${error.message}`;
  for (const { sign, line } of failures) {
    const match = sign.exec(said);
    if (match) return line(target, match);
  }
  return `The connection to ${target.url} failed: ${said.trim()}`;
}

function untrusted(_target: Target, [code]: RegExpExecArray): string {
  const wayOut =
    mkcertAuthority() === undefined
      ? `mkcert's authority is not in ${caRoot()}. Point CAROOT to where it is, or move certs/*.pem away and make new ones`
      : `it is not of mkcert's authority in ${caRoot()}. If it is another's, name that in NODE_EXTRA_CA_CERTS, else make a new one`;
  return `The certificate is not trusted (${code}): ${wayOut}: npm run certs`;
}
