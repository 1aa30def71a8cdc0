import { parseUrl } from '../../core/hosts.js';
import type { Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { statusIn } from './shared/upgrade.js';

const cause = 'The server redirects the handshake. WebSocket clients do not follow redirects.';

/** Pages that ask for a login, of services and of proxies such as Authelia, oauth2-proxy or Cloudflare. */
const login =
  /\b(log-?in|sign-?in|sign_in|oauth2?|sso|saml2?|openid|oidc|authorize|authenticate|auth|sessions?\/new|cas|accounts?|idp|goauthentik|cloudflareaccess)\b/i;

/** A URL as a socket has it: without the fragment, and with ws: for http:. */
function asSocket(url: URL): URL {
  const socket = new URL(url.href.replace(/^http/i, 'ws'));
  socket.username = '';
  socket.password = '';
  socket.hash = '';
  return socket;
}

const toItself: Pick<Finding, 'cause' | 'fix'> = {
  cause: 'The server redirects the handshake to the URL that was requested.',
  fix: 'The service takes the request for http://. Make the proxy send X-Forwarded-Proto: https, and the service trust this proxy. In Cloudflare, use Full (strict) instead of Flexible.',
};

function toLogin(to: URL): Pick<Finding, 'cause' | 'fix' | 'alternatives'> {
  return {
    cause: 'The server redirects the handshake to a login page: it requires credentials.',
    fix: `Log in first, so that the handshake sends the cookie, or take the socket's path out of the login at ${to.host}.`,
    alternatives: ['unauthorized'],
  };
}

/** Another path or another host: the socket may be there. */
function elsewhere(to: URL, { target }: Evidence): Pick<Finding, 'cause' | 'fix'> {
  const asked = new URL(target.url);
  const lostPort = to.hostname === asked.hostname && to.port === '' && asked.port !== '';
  const port =
    lostPort && to.pathname === asked.pathname
      ? ' If the port was lost, make the proxy forward it (nginx: proxy_set_header Host $http_host;).'
      : '';
  return {
    cause,
    fix: `Use ${to.href} if the socket is there, or do not redirect the socket's path.${port}`,
  };
}

function judged(
  location: string,
  evidence: Evidence,
): Partial<Finding> & { fix: string; cause: string } {
  const asked = new URL(evidence.target.url);
  const to = parseUrl(location, new URL(asked.href.replace(/^ws/, 'http')));
  if (to === undefined || !/^(https?|wss?):$/.test(to.protocol)) {
    return { cause, fix: "Do not redirect the socket's path." };
  }
  const socket = asSocket(to);
  if (socket.href === asked.href) {
    return toItself;
  }
  const moved = socket.host !== asked.host || socket.pathname !== asked.pathname;
  return moved && login.test(`${to.host}${to.pathname}`) && !login.test(asked.pathname)
    ? toLogin(socket)
    : elsewhere(socket, evidence);
}

export const redirect: Rule = {
  code: 'redirect',
  meaning: 'the server redirects, and WebSocket clients do not follow redirects',
  upgrade: (evidence) => {
    const answer = statusIn(evidence, 301, 302, 303, 307, 308);
    if (answer === undefined) {
      return undefined;
    }
    const to = (answer.headers['location'] ?? '').trim();
    const shown = to === '' ? 'nowhere' : to.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
    return {
      evidence: `HTTP status ${answer.status} to ${shown}.`,
      ...judged(to === '' ? 'about:blank' : to, evidence),
    };
  },
};
