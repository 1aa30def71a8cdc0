/**
 * Exchanges an access token for a ticket, with which `openSocket` opens one socket:
 *
 *   openSocket({ url: '/live', ticket: () => takeTicket({ path: '/live', token }), … });
 *
 * @param {object} options
 * @param {string} options.path The path of the socket.
 * @param {() => string | Promise<string>} options.token Returns an access token that is still valid.
 * @param {string} [options.url] Where tickets come from, if not from this host.
 * @returns {Promise<string>}
 * @throws An error with `status`, and with `retryAfterMs` if the service says when to try again.
 */
export async function takeTicket({ path, token, url = '/ticket' }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ path }),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer.ticket;
  const retryAfterMs = Number(response.headers.get('retry-after')) * 1000;
  throw Object.assign(new Error(answer.message), { status: response.status, retryAfterMs });
}
