import type { CertificateFacts } from '../../../core/certificate-facts.js';
import type { Evidence } from '../../evidence.js';

/** A certificate that a proxy or a platform serves where it has none for the host name. */
interface Placeholder {
  /** In the subject, or among the names. */
  known: RegExp;
  who: string;
  /** The project and its file, or the page of the documentation. */
  source: string;
  /** `{host}` is the host of the URL. */
  fix: string;
}

/** Certificates that are never meant for clients. */
const placeholders: Placeholder[] = [
  {
    known: /Kubernetes Ingress Controller Fake Certificate|^ingress\.local$/m,
    who: 'The ingress controller',
    source:
      'kubernetes/ingress-nginx: internal/ingress/controller/store; documentation, Default SSL Certificate',
    fix: 'In the Ingress, add {host} to the hosts of tls, and a secretName with a certificate for it. Look at the log of the controller if both exist.',
  },
  {
    known: /TRAEFIK DEFAULT CERT|\.traefik\.default$/m,
    who: 'Traefik',
    source: 'traefik/traefik: pkg/tls/generate; documentation, TLS, Default Certificate',
    fix: 'In Traefik, give the router of {host} a certResolver, or add a certificate for it to tls.certificates.',
  },
  {
    known: /NGINXIngressController/,
    who: 'The ingress controller',
    source: 'nginx/kubernetes-ingress: documentation, default-server-tls-secret',
    fix: 'In the Ingress, add {host} to the hosts of tls, and a secretName with a certificate for it.',
  },
  {
    known: /Nginx Proxy Manager|OU=Dummy Certificate/,
    who: 'Nginx Proxy Manager',
    source: 'NginxProxyManager/nginx-proxy-manager: docker/rootfs, dummycert.pem',
    fix: 'In Nginx Proxy Manager, request a certificate for the proxy host {host}.',
  },
  {
    known: /O=Kong\b/,
    who: 'Kong',
    source: 'Kong/kong: kong/cmd/utils/prefix_handler.lua, gen_default_ssl_cert',
    fix: 'In Kong, add a certificate with the SNI {host}.',
  },
  {
    known: /CN=(Plesk|cPanel)\b|O=(Plesk|Parallels|Odin)\b/i,
    who: 'The hosting panel',
    source: 'Plesk: documentation, default certificate',
    fix: 'In the panel, install a certificate for {host}.',
  },
  {
    known: /ssl-cert-snakeoil|CN=snakeoil\b/i,
    who: 'The web server',
    source: 'Debian: ssl-cert, make-ssl-cert',
    fix: 'In the web server, name the certificate of {host} instead of snakeoil.',
  },
];

/**
 * Platforms whose own certificate is served for domains that they do not know. Their documentation of
 * custom domains names these suffixes.
 */
const platforms =
  /(^|\.)(azurewebsites\.net|azurefd\.net|herokuapp\.com|fly\.dev|netlify\.app|vercel\.app|cloudfront\.net|onrender\.com|railway\.app|github\.io|pages\.dev|workers\.dev|web\.app|firebaseapp\.com|run\.app|appspot\.com|ngrok\.(io|app)|ngrok-free\.(app|dev)|execute-api\.[\w-]+\.amazonaws\.com|elb\.[\w-]+\.amazonaws\.com)$/;

function platformOf({ names = [] }: CertificateFacts): string | undefined {
  return names.find((name) => platforms.test(name));
}

/** @returns the placeholder that a server sends, if it sends one */
export function placeholderOf({ tls }: Evidence): Pick<Placeholder, 'who' | 'fix'> | undefined {
  const [certificate] = tls?.chain ?? [];
  if (certificate === undefined) {
    return undefined;
  }
  const texts = [certificate.subject, ...(certificate.names ?? [])].join('\n');
  const found = placeholders.find(({ known }) => known.test(texts));
  const platform = certificate.covers ? undefined : platformOf(certificate);
  if (found !== undefined || platform === undefined) {
    return found;
  }
  return {
    who: `The platform of ${platform}`,
    fix: 'Add {host} to the custom domains of the app or the distribution, and wait for its certificate.',
  };
}
