/**
 * Opens a WebSocket and reconnects whenever it closes, after a random time: see `retryDelay`. It waits
 * for the handshake as long as the browser does. Do not add a shorter limit: while many clients
 * reconnect, a handshake may take 20 seconds, and each one that is given up makes the queue longer.
 *
 * Pages cannot see pings, so a connection that was lost silently is only noticed when something is
 * sent. If that matters, send something regularly.
 *
 * @param {object} options
 * @param {string} [options.url] A path on this host, or a full ws:// or wss:// URL.
 * @param {(data: string | Blob) => void} options.onMessage
 * @param {(state: { name: 'connecting' | 'open' | 'waiting' | 'closed', url: string,
 *   code?: number, reason?: string, retryMs?: number }) => void} [options.onState]
 */
export function openSocket(options) {
  const { url = '/live', onMessage, onState = () => {} } = options;
  const address = socketAddress(url);
  const isLocal = isLoopback(new URL(address).hostname);
  let socket;
  let timer;
  let failures = 0;
  let openedAt;
  let closed = false;

  const report = (name, details = {}) => onState({ name, url: address, ...details });

  function connect() {
    report('connecting');
    // {{#if auth}}
    // `options.ticket` returns a promise of a new ticket. A ticket is used up even by a failure.
    if (options.ticket) {
      Promise.resolve().then(options.ticket).then(connectWith, ticketFailed);
      return;
    }
    // {{/if}}
    connectTo(address);
  }

  // {{#if auth}}
  function connectWith(ticket) {
    const target = new URL(address);
    target.searchParams.set('ticket', ticket);
    if (!closed) connectTo(target.href);
  }

  /** After 401 and 403, only the user can help. Otherwise, waits as long as the service asks for. */
  function ticketFailed({ message: reason, status, retryAfterMs = 0 }) {
    if (closed) return;
    if (status === 401 || status === 403) {
      closed = true;
      report('closed', { reason, status });
      return;
    }
    timer = setTimeout(reconnect, retryAfterMs, { reason });
    report('waiting', { reason, retryMs: retryAfterMs });
  }

  // {{/if}}
  function connectTo(target) {
    socket = new WebSocket(target);
    socket.addEventListener('open', () => {
      openedAt = Date.now();
      report('open');
    });
    socket.addEventListener('message', ({ data }) => onMessage(data));
    socket.addEventListener('close', reconnect);
  }

  function reconnect({ code, reason }) {
    if (closed) {
      report('closed', { code, reason });
      return;
    }
    const wasOpen = openedAt !== undefined;
    // {{#if auth}}
    // The token has expired. If the next socket closes at once, too, it is retried like any other.
    if (code === 4401 && Date.now() - openedAt > 10_000) {
      openedAt = undefined;
      connect();
      return;
    }
    // {{/if}}
    // Only a connection that lasted shows that the server works again.
    if (wasOpen && Date.now() - openedAt > 10_000) failures = 0;
    openedAt = undefined;
    const retryMs = retryDelay({ code, reason, wasOpen, isLocal, failures });
    failures += 1;
    timer = setTimeout(connect, retryMs);
    report('waiting', { code, reason, retryMs });
  }

  connect();

  return {
    /** Sends the data now. Returns false if the socket is not open. */
    send(data) {
      const open = socket?.readyState === WebSocket.OPEN;
      if (open) socket.send(data);
      return open;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      if (!socket || socket.readyState === WebSocket.CLOSED) report('closed');
      socket?.close(1000);
    },
  };
}

/** An https: page gets a wss: URL, an http: page a ws: URL. */
function socketAddress(url) {
  const address = new URL(url, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}

function isLoopback(host) {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}

const longestWindow = 300_000;
/** Going away, lost without a close frame, service restart: many clients are affected at once. */
const affectsMany = [1001, 1006, 1012];

/**
 * How long to wait before the next attempt, in milliseconds. All of it is random, so that many clients
 * do not come back at the same moment.
 *
 * The first attempt decides how many come at once. If the service names a window in its close reason
 * ("retry 12000"), the attempt falls into that window. If it could not name one, as after a crash, the
 * window is 10 seconds; but one second for a service on the same machine, which has few clients. A
 * connection that never opened, or closed for a reason of its own, is retried within a second.
 * Further attempts wait up to 2 seconds, doubled with each failure up to 30.
 *
 * @param {object} closed
 * @param {number} closed.code
 * @param {string} closed.reason
 * @param {boolean} closed.wasOpen
 * @param {number} closed.failures The attempts since the last connection that lasted.
 * @param {boolean} [closed.isLocal]
 * @param {() => number} [random] Returns a number from 0 up to 1.
 */
export function retryDelay({ code, reason, wasOpen, failures, isLocal }, random = Math.random) {
  const named = Number(/^retry (\d{1,9})$/.exec(reason)?.[1] ?? 0);
  const spread = wasOpen && !isLocal && affectsMany.includes(code) ? 10_000 : 1000;
  const backOff = Math.min(30_000, 1000 * 2 ** failures);
  const longest = failures === 0 ? named || spread : Math.max(named, backOff);
  return random() * Math.min(longest, longestWindow);
}
