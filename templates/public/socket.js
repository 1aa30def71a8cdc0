/**
 * Opens a WebSocket and reconnects whenever it closes. The delay grows with each attempt and is
 * partly random, so that many clients do not reconnect at the same moment.
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
  let socket;
  let timer;
  let attempts = 0;
  let openedAt = Infinity;
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
    // {{#if auth}}
    // The token has expired. If the next socket closes at once, too, it is retried like any other.
    if (code === 4401 && Date.now() - openedAt > 10_000) return connect();
    // {{/if}}
    // Only a connection that lasted shows that the server works again.
    if (Date.now() - openedAt > 10_000) attempts = 0;
    openedAt = Infinity;
    const retryMs = delay(attempts++);
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

/** Half a second, doubled with each attempt up to half a minute. Half of it is random. */
function delay(attempts) {
  const longest = Math.min(30_000, 500 * 2 ** attempts);
  return longest / 2 + Math.random() * (longest / 2);
}
