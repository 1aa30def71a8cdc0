import type { KnownAnswer } from './known-answer.js';

const cloudflareErrors = 'Cloudflare: documentation, Cloudflare 5xx errors and 1xxx errors';

/** Cloudflare answers in its own statuses, or with "error code: N" in the body. */
const cloudflare: KnownAnswer[] = [
  {
    match: { headers: { 'cf-mitigated': /challenge/ } },
    code: 'forbidden',
    source: 'Cloudflare: documentation, Detect a challenge page response',
    cause: 'The firewall of Cloudflare answers with a challenge, which only a page can pass.',
    fix: 'In Cloudflare, add a WAF rule that skips {path}, or turn off Bot Fight Mode.',
    alternatives: ['healthy'],
  },
  {
    match: {
      status: [403, 409, 530],
      phrase:
        /error code: 100[01234]\b|Error 100[01234]\b|Direct IP access not allowed|DNS points to prohibited IP/i,
    },
    code: 'proxy-unknown-host',
    who: 'Cloudflare',
    source: cloudflareErrors,
    fix: 'In Cloudflare, add {host} to the DNS of its zone, and use that name in the URL.',
  },
  {
    match: {
      status: [403, 503],
      phrase:
        /error code: 10(05|06|07|08|09|10|12|20|23)\b|Error 10(05|06|07|08|09|10|12|20)\b|Attention Required! \| Cloudflare|Sorry, you have been blocked|Just a moment\.\.\.|Checking your browser before accessing/i,
    },
    code: 'forbidden',
    source: cloudflareErrors,
    cause: 'The firewall of Cloudflare refuses this client. It may accept browsers.',
    fix: 'Open the page in a browser. If it fails, too, look in Cloudflare at Security, Events for the rule, and skip it for {path}.',
    alternatives: ['healthy', 'origin-refused'],
  },
  {
    match: { status: 429, phrase: /error code: 1015\b|Error 1015\b|You are being rate limited/i },
    code: 'too-many-requests',
    who: 'Cloudflare',
    source: cloudflareErrors,
  },
  {
    match: {
      status: [500, 503],
      phrase: /error code: 110[1-4]\b|Worker threw exception|Worker exceeded/i,
    },
    code: 'server-error',
    source: cloudflareErrors,
    cause: 'The Cloudflare Worker at this URL fails.',
    fix: 'Look at its log: npx wrangler tail.',
  },
  {
    match: { status: 530, phrase: /1033\b|Argo Tunnel/i },
    code: 'proxy-upstream-down',
    who: 'Cloudflare',
    source: cloudflareErrors,
    cause: 'Cloudflare has no connection to the tunnel of {host}.',
    fix: 'Start cloudflared, and look at its log.',
  },
  {
    match: { status: 530 },
    code: 'proxy-upstream-down',
    who: 'Cloudflare',
    source: cloudflareErrors,
    cause: 'Cloudflare cannot resolve the name of its upstream.',
    fix: 'In Cloudflare, correct the DNS record or the origin name of {host}.',
    alternatives: ['forbidden'],
  },
  {
    match: { status: 525 },
    code: 'proxy-upstream-scheme',
    who: 'Cloudflare',
    source: cloudflareErrors,
    cause: 'Cloudflare reaches its upstream, but the TLS handshake with it fails.',
    fix: 'Turn on TLS at the server, with a certificate for {host}. Or set SSL/TLS in Cloudflare to the mode that fits it.',
  },
  {
    match: { status: 526 },
    code: 'proxy-upstream-scheme',
    who: 'Cloudflare',
    source: cloudflareErrors,
    cause: 'Cloudflare does not accept the certificate of its upstream.',
    fix: 'Install a valid certificate for {host} there, such as a Cloudflare Origin CA certificate. Full without strict accepts any.',
  },
  {
    match: { status: 520 },
    code: 'proxy-upstream-down',
    who: 'Cloudflare',
    source: cloudflareErrors,
    cause: 'The upstream of Cloudflare sends an empty or invalid answer.',
    fix: "Look at the server's log. It may crash, or its headers may be too large.",
    alternatives: ['server-error', 'proxy-upstream-scheme'],
  },
  {
    match: { status: [521, 522, 523, 524] },
    code: 'proxy-upstream-down',
    who: 'Cloudflare',
    source: cloudflareErrors,
    fix: 'Start the service, and let its firewall accept the addresses of Cloudflare. Compare the DNS record with its address.',
  },
  {
    match: { status: 502, phrase: /Unable to reach the origin service|cloudflared/i },
    code: 'proxy-upstream-down',
    who: 'cloudflared',
    source: 'cloudflare/cloudflared: documentation, Common errors',
    fix: 'Start the service, and compare its address with the service of the tunnel.',
    alternatives: ['proxy-upstream-scheme'],
  },
];

const alb = 'AWS: Application Load Balancers, Troubleshoot: HTTP 460 to 561';
const gateway = 'AWS: API Gateway, Gateway response types';
const cloudFront = 'AWS: CloudFront, Troubleshoot error responses';

const aws: KnownAnswer[] = [
  {
    match: { status: 464 },
    code: 'proxy-upstream-scheme',
    who: 'The AWS load balancer',
    source: alb,
    cause:
      'The AWS load balancer cannot pass this request on: its target group uses HTTP/2 or gRPC.',
    fix: 'Use a target group with protocol version HTTP1: only that carries WebSockets.',
  },
  {
    match: { status: 463 },
    code: 'headers-too-large',
    who: 'The AWS load balancer',
    source: alb,
    cause: 'The AWS load balancer found more than 30 addresses in X-Forwarded-For.',
    fix: 'Find the proxies that forward to each other in a circle.',
  },
  {
    match: { status: 561 },
    code: 'unauthorized',
    who: 'The AWS load balancer',
    source: alb,
    fix: 'Look at the log of the identity provider, and take the socket out of the listener rule that authenticates.',
  },
  {
    match: { status: 503, headers: { server: /awselb/i } },
    code: 'proxy-upstream-down',
    who: 'The AWS load balancer',
    source: alb,
    fix: 'Register a target, and look at the health checks of the target group.',
  },
  {
    match: { status: [502, 504], headers: { server: /awselb/i } },
    code: 'proxy-upstream-down',
    who: 'The AWS load balancer',
    source: alb,
    fix: 'Compare the port and the protocol of the target group with the service, and its security group.',
    alternatives: ['proxy-upstream-scheme', 'server-error'],
  },
  {
    match: { status: [403, 404], phrase: /Missing Authentication Token/ },
    code: 'wrong-path',
    who: 'AWS API Gateway',
    source: gateway,
    cause: 'AWS API Gateway has no such path: it calls that a missing token.',
    fix: 'Use wss://ID.execute-api.REGION.amazonaws.com/STAGE, and check that the API is a WebSocket API.',
    alternatives: ['unauthorized'],
  },
  {
    match: { status: 403, headers: { 'x-amzn-errortype': /Forbidden|AccessDenied/i } },
    code: 'forbidden',
    who: 'AWS API Gateway',
    source: gateway,
    cause:
      'AWS API Gateway refuses the handshake: the stage is missing in the URL, or its authorizer or WAF denies it.',
    fix: 'End the URL with the name of the stage, then look at the authorizer of the route $connect and at AWS WAF.',
    alternatives: ['wrong-path', 'unauthorized'],
  },
  {
    match: { status: 403, headers: { 'x-amz-apigw-id': /./ } },
    code: 'forbidden',
    who: 'AWS API Gateway',
    source: gateway,
    alternatives: ['wrong-path', 'unauthorized'],
  },
  {
    match: {
      status: [403, 421],
      phrase:
        /We can't connect to the server for this app or website at this time|CNAMEAlreadyExists/,
      headers: { 'x-cache': /cloudfront/i },
    },
    code: 'forbidden',
    who: 'CloudFront',
    source: cloudFront,
    cause: 'CloudFront refuses the handshake: {host} is not among its names, or AWS WAF blocks it.',
    fix: 'Add {host} to the alternate domain names of the distribution, then look at AWS WAF.',
    alternatives: ['proxy-unknown-host'],
  },
  {
    match: {
      status: 403,
      phrase: /Request blocked\.|configured to block access from your country/,
      headers: { 'x-cache': /cloudfront/i },
    },
    code: 'forbidden',
    who: 'CloudFront',
    source: cloudFront,
    cause: 'CloudFront refuses this client, by AWS WAF or by its country.',
    fix: 'Look at the rules of AWS WAF, and at the geographic restrictions of the distribution.',
    alternatives: ['proxy-unknown-host', 'healthy'],
  },
  {
    match: {
      status: [502, 503, 504],
      phrase:
        /CloudFront (wasn't able|attempted) to (resolve|establish|connect)|wasn't able to connect to the origin/i,
    },
    code: 'proxy-upstream-down',
    who: 'CloudFront',
    source: cloudFront,
    fix: 'Start the origin, and compare its protocol, port and certificate with the settings of the origin in CloudFront.',
    alternatives: ['proxy-upstream-scheme'],
  },
  {
    match: { status: [403, 404], headers: { server: /AmazonS3/ } },
    code: 'upgrade-ignored',
    who: 'Amazon S3',
    source: 'AWS: S3, Error responses',
    cause: 'Amazon S3 answers, which only stores files.',
    fix: 'Route the path to the WebSocket service: in CloudFront, with a behavior and an origin of its own.',
    alternatives: ['wrong-path'],
  },
];

const google = 'Google Cloud: Cloud Load Balancing and Cloud Run, Troubleshooting';

const others: KnownAnswer[] = [
  {
    match: { headers: { 'ngrok-error-code': /ERR_NGROK_(3200|3208|6022|9009)\b/ } },
    code: 'proxy-upstream-down',
    who: 'ngrok',
    source: 'ngrok: documentation, ERR_NGROK_3200',
    cause: 'ngrok has no running agent for {host}.',
    fix: 'Start it (ngrok http PORT), and use the address that it prints.',
  },
  {
    match: { phrase: /ERR_NGROK_3200|The endpoint \S+ is offline/ },
    code: 'proxy-upstream-down',
    who: 'ngrok',
    source: 'ngrok: documentation, ERR_NGROK_3200',
    cause: 'ngrok has no running agent for {host}.',
    fix: 'Start it (ngrok http PORT), and use the address that it prints.',
  },
  {
    match: { headers: { 'ngrok-error-code': /ERR_NGROK_(3004|8009)/ } },
    code: 'proxy-upstream-scheme',
    who: 'ngrok',
    source: 'ngrok: documentation, ERR_NGROK_3004',
    fix: 'For a service with TLS, start ngrok http https://localhost:PORT.',
    alternatives: ['proxy-upstream-down'],
  },
  {
    match: { phrase: /ERR_NGROK_8012|failed to establish a connection to the upstream/ },
    code: 'proxy-upstream-down',
    who: 'ngrok',
    source: 'ngrok: documentation, ERR_NGROK_8012',
    fix: 'Start the service, on the port that ngrok forwards to.',
  },
  {
    match: { phrase: /ERR_NGROK_(727|734|702|725|726)|Too many connections.*ngrok/ },
    code: 'too-many-requests',
    who: 'ngrok',
    source: 'ngrok: documentation, Error codes',
  },
  {
    match: { phrase: /ERR_NGROK_6024/ },
    code: 'forbidden',
    who: 'ngrok',
    source: 'ngrok: documentation, ERR_NGROK_6024',
    cause: 'ngrok answers with its warning page for browsers.',
    fix: 'Open the page in the browser and confirm it once, or use a paid account.',
  },
  {
    match: {
      status: 404,
      phrase:
        /Tunnel [\w.-]+ (not found|unavailable)|no tunnel (here|found)|tunnel (not found|is offline)/i,
    },
    code: 'proxy-upstream-down',
    who: 'The tunnel service',
    source: 'localtunnel/server: server.js; microsoft/dev-tunnels',
    cause: 'No tunnel runs for {host}.',
    fix: 'Start the tunnel, and use the address that it prints.',
  },
  {
    match: {
      status: [404, 502, 503],
      phrase: /no-such-app\.html|No such app|There's nothing here, yet/,
    },
    code: 'proxy-unknown-host',
    who: 'Heroku',
    source: 'Heroku: documentation, Error codes',
    fix: 'Add {host} to the domains of the app: heroku domains:add {host}.',
  },
  {
    match: {
      status: [502, 503, 504],
      phrase: /application-error\.html|maintenance-mode\.html|Application Error/,
    },
    code: 'proxy-upstream-down',
    who: 'Heroku',
    source: 'Heroku: documentation, Error codes H10 to H20',
    fix: 'Look at heroku logs --tail: the app crashed, is asleep, or does not listen on $PORT.',
    alternatives: ['server-error'],
  },
  {
    match: { status: [502, 503, 504], headers: { via: /vegur|heroku/i } },
    code: 'proxy-upstream-down',
    who: 'Heroku',
    source: 'Heroku: documentation, Error codes H10 to H20',
    fix: 'Look at heroku logs --tail: the app crashed, is asleep, or does not listen on $PORT.',
    alternatives: ['server-error'],
  },
  {
    match: { status: [502, 503], headers: { server: /^Fly\// } },
    code: 'proxy-upstream-down',
    who: 'Fly.io',
    source: 'Fly.io: documentation, Troubleshoot your deployment',
    fix: 'Look at fly logs: the app must listen on 0.0.0.0 and on internal_port of fly.toml.',
    alternatives: ['server-error'],
  },
  {
    match: { status: 404, headers: { 'x-render-routing': /no-server/ } },
    code: 'proxy-unknown-host',
    who: 'Render',
    source: "Render: its edge's own answer; community, threads on x-render-routing",
  },
  {
    match: { status: 404, phrase: /"message":"Application not found"/ },
    code: 'proxy-unknown-host',
    who: 'Railway',
    source: "Railway: its edge's own answer; documentation, App Sleeping",
    cause: 'Railway has no running service for {host}.',
    fix: 'Start or wake the service, and add {host} to its domains.',
    alternatives: ['proxy-upstream-down'],
  },
  {
    match: { status: 502, phrase: /Application failed to respond/ },
    code: 'proxy-upstream-down',
    who: 'Railway',
    source: 'Railway: documentation, Application failed to respond',
    fix: 'Make the service listen on 0.0.0.0 and on $PORT, and look at its log.',
  },
  {
    match: { headers: { 'x-vercel-error': /DEPLOYMENT_NOT_FOUND|DNS_HOSTNAME/ } },
    code: 'proxy-unknown-host',
    who: 'Vercel',
    source: 'Vercel: documentation, Errors',
  },
  {
    match: { status: [404, 405], headers: { server: /^(Vercel|Netlify|GitHub\.com)$/i } },
    code: 'upgrade-ignored',
    source:
      'Vercel: Do Vercel Serverless Functions support WebSocket connections?; GitHub: About GitHub Pages',
    fix: 'Use the address of the service that holds the sockets, not that of the page.',
    alternatives: ['wrong-path'],
  },
  {
    match: { status: 404, phrase: /404 Web Site not found/i },
    code: 'proxy-unknown-host',
    who: 'Azure App Service',
    source: 'Microsoft: Azure App Service, documentation of custom domains',
    fix: 'Add {host} to the custom domains of the app.',
  },
  {
    match: { status: 403, phrase: /web app is stopped|Web App is currently stopped/i },
    code: 'proxy-upstream-down',
    who: 'Azure App Service',
    source: 'Microsoft: Azure App Service, error 403 This web app is stopped',
    fix: 'Start the app.',
  },
  {
    match: { status: 403, phrase: /Ip Forbidden|Error 403 - Forbidden/i },
    code: 'forbidden',
    who: 'Azure App Service',
    source: 'Microsoft: Azure App Service, access restrictions',
    cause: 'Azure refuses this address, by an access restriction of the app.',
    fix: 'Look at Networking, Access restrictions.',
    alternatives: ['healthy'],
  },
  {
    match: { status: 403, headers: { server: /Microsoft-Azure-Application-Gateway/i } },
    code: 'forbidden',
    source: 'Microsoft: Application Gateway, Web Application Firewall',
    cause: 'The web application firewall of Azure refuses the handshake.',
    fix: 'Look at its log for the rule, and exclude {path} from it.',
    alternatives: ['healthy'],
  },
  {
    match: { status: [502, 503, 504], phrase: /Our services aren't available right now/i },
    code: 'proxy-upstream-down',
    who: 'Azure Front Door',
    source: 'Microsoft: Azure Front Door, Troubleshooting',
    alternatives: ['proxy-unknown-host'],
  },
  {
    match: {
      status: [502, 503],
      phrase:
        /temporary error and could not complete your request|malformed or connection to the instance had an error|no available instance/i,
    },
    code: 'proxy-upstream-down',
    who: 'Google Cloud',
    source: google,
    fix: 'Look at the health checks of the backend, and at the log of the instance.',
    alternatives: ['server-error'],
  },
  {
    match: { status: [401, 403], phrase: /Your client does not have permission to get URL/i },
    code: 'unauthorized',
    who: 'Google Cloud',
    source: google,
    fix: 'Allow unauthenticated invocations of the service, or send an identity token.',
  },
  {
    match: { status: 429, phrase: /Rate exceeded/i },
    code: 'too-many-requests',
    who: 'Google Cloud',
    source: google,
  },
  {
    match: {
      status: 404,
      phrase: /Error 404 \(Not Found\)!!1|That’s all we know|That's all we know/i,
    },
    code: 'wrong-path',
    who: 'Google Cloud',
    source: google,
    alternatives: ['proxy-unknown-host'],
  },
  {
    match: {
      status: [403, 406, 418, 501, 503],
      phrase:
        /Incapsula|Imperva|Akamai|Reference #\d|mod_security|ModSecurity|Sucuri|Wordfence|web application firewall|request (was |has been )?(blocked|rejected)|The requested URL was rejected|support ID is|Access (to this page has been )?denied.*(bot|automated|security)|DDoS/i,
    },
    code: 'forbidden',
    source: 'pages of Imperva, Akamai, F5, ModSecurity, Sucuri and others',
    cause: 'A firewall in front of the server refuses this client. It may accept browsers.',
    fix: 'Open the page in a browser. If it fails, too, exclude {path} in the firewall.',
    alternatives: ['healthy', 'origin-refused'],
  },
];

export const cloudAnswers: KnownAnswer[] = [cloudflare, aws, others].flat();
