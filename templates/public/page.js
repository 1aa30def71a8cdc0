// {{#if auth}}
import { ticketAfterLogin } from './login.js';
// {{/if}}
import { openSocket } from './socket.js';

const status = document.querySelector('#status');
const address = document.querySelector('#address');
const log = document.querySelector('#log');
const form = document.querySelector('form');
const input = form.querySelector('input');
const button = form.querySelector('button');

const maxLines = 500;
let wasOpen = false;

const socket = openSocket({
  url: '/live',
  // {{#if auth}}
  ticket: () => ticketAfterLogin('/live'),
  // {{/if}}
  onMessage: showReceived,
  onState: showState,
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (input.value === '' || !socket.send(input.value)) return;
  addLine('sent', input.value);
  input.value = '';
  input.focus();
});

function showReceived(data) {
  addLine('received', typeof data === 'string' ? data : `${data.size} bytes of binary data`);
}

function showState(state) {
  wasOpen ||= state.name === 'open';
  document.body.dataset.state = state.name;
  status.textContent = explain(state);
  address.textContent = state.url;
  // Not `disabled`: the button would lose the focus.
  button.setAttribute('aria-disabled', String(state.name !== 'open'));
}

function explain({ name, code, reason, retryMs }) {
  if (name === 'open') return 'Connected';
  if (name === 'connecting') return 'Connecting…';
  if (name === 'closed') return reason ? `Closed: ${reason}` : 'Closed';
  const next = `Retrying in ${Math.ceil(retryMs / 1000)} s.`;
  if (wasOpen) return `Disconnected (${code}). ${next}`;
  if (code === undefined) return `No connection: ${reason} ${next}`;
  // Browsers do not tell pages the reason. The page itself was served, so these two are likely.
  return `No connection (${code}). Is ${location.origin} listed in DOMAINS? Does a proxy drop the upgrade? The log of the service says why. ${next}`;
}

function addLine(direction, text) {
  const line = document.createElement('div');
  line.className = `line ${direction}`;
  const word = direction === 'sent' ? 'Sent' : 'Received';
  line.append(element('small', `${word} ${new Date().toLocaleTimeString()}`), element('p', text));
  // Only scrolls if the end of the log was visible.
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(line);
  if (log.childElementCount > maxLines) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

/** Sets text, never HTML: messages may come from anyone. */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
