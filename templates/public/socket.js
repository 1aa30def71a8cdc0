/**
 * Opens a WebSocket and keeps it open: when it closes, it is opened again after a pause that
 * grows with each attempt, with jitter so that many clients do not come back at the same moment.
 *
 * A browser shows no pings to its pages: a connection that broke without a word is noticed when
 * something is sent. Where that matters, send something every now and then.
 *
 * @param {object} options
 * @param {string} [options.url] A path of this host, or a whole ws:// or wss:// address.
 * @param {(data: string | Blob) => void} options.onMessage
 * @param {(state: { name: 'connecting' | 'open' | 'waiting' | 'closed', url: string,
 *   code?: number, reason?: string, retryMs?: number }) => void} [options.onState]
 */
export function openSocket({ url = '/live', onMessage, onState = () => {} }) {
  const address = socketAddress(url);
  let socket;
  let timer;
  let attempts = 0;
  let openedAt = Infinity;
  let closed = false;

  const report = (name, details = {}) => onState({ name, url: address, ...details });

  function connect() {
    report('connecting');
    socket = new WebSocket(address);
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
    // Only a connection that lasted proves the server well; one that is cut at once does not.
    if (Date.now() - openedAt > 10_000) attempts = 0;
    openedAt = Infinity;
    const retryMs = pause(attempts++);
    timer = setTimeout(connect, retryMs);
    report('waiting', { code, reason, retryMs });
  }

  connect();

  return {
    /** Sends now, or says that it could not. */
    send(data) {
      const open = socket.readyState === WebSocket.OPEN;
      if (open) socket.send(data);
      return open;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      if (socket.readyState === WebSocket.CLOSED) report('closed');
      socket.close(1000);
    },
  };
}

/** An https: page gets a wss: address, an http: page a ws: address. */
function socketAddress(url) {
  const address = new URL(url, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}

/** Half a second, doubled by each attempt up to half a minute, of which the last half is random. */
function pause(attempts) {
  const longest = Math.min(30_000, 500 * 2 ** attempts);
  return longest / 2 + Math.random() * (longest / 2);
}
