import { openSocket } from './socket.js';

const status = document.querySelector('#status');
const address = document.querySelector('#address');
const log = document.querySelector('#log');
const form = document.querySelector('form');
const input = form.querySelector('input');
const button = form.querySelector('button');

const socket = openSocket({ url: '/live', onMessage: showReceived, onState: showState });

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
  document.body.dataset.state = state.name;
  status.textContent = explain(state);
  address.textContent = state.url;
  button.disabled = state.name !== 'open';
}

function explain({ name, code, retryMs }) {
  if (name === 'open') return 'Connected';
  if (name === 'connecting') return 'Connecting…';
  if (name === 'closed') return 'Closed';
  return `Disconnected (${code}). Trying again in ${Math.ceil(retryMs / 1000)} s.`;
}

function addLine(direction, text) {
  const line = document.createElement('li');
  line.className = direction;
  const word = direction === 'sent' ? 'Sent' : 'Received';
  line.append(element('small', `${word} ${new Date().toLocaleTimeString()}`), element('p', text));
  log.append(line);
  log.scrollTop = log.scrollHeight;
}

/** Text is set as text, never as HTML: what arrives may come from anybody. */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
