// {{#if auth}}
import { ticketAfterLogin } from './login.js';
// {{/if}}
import { openRooms } from './rooms.js';

// The address chooses the room: /rooms.html#tea
const room = location.hash.slice(1) || 'lobby';
const template = document.querySelector('template');
const maxLines = 500;

for (const person of document.querySelectorAll('[data-name]')) open(person);
addEventListener('hashchange', () => location.reload());

/** Each person has a socket, as two browsers would. */
function open(person) {
  const { name } = person.dataset;
  person.append(template.content.cloneNode(true));
  const part = (selector) => person.querySelector(selector);
  const [status, log, input, button] = ['[role=status]', '.log', 'input', 'button'].map(part);
  part('h1').textContent = `${name} in ${room}`;
  log.setAttribute('aria-label', `Messages of ${name}`);
  input.setAttribute('aria-label', `Message from ${name}`);

  const rooms = openRooms({
    // {{#if auth}}
    ticket: () => ticketAfterLogin('/rooms'),
    // {{/if}}
    onState(state) {
      person.dataset.state = state.name;
      status.textContent = explain(state);
      // Not `disabled`: the button would lose the focus.
      button.setAttribute('aria-disabled', String(state.name !== 'open'));
    },
    onGap: () => note('Messages may have been lost.'),
    onMissed: (count) => note(`${count} messages were missed: this page reads too slowly.`),
    onError: ({ message }) => note(message),
  });
  const joined = rooms.join(room, {
    onMessage(data) {
      // Other clients of this room may send any JSON.
      const { by, text } = { by: '?', text: JSON.stringify(data), ...data };
      addLine(log, by === name ? 'sent' : 'received', by, text);
    },
    onCount: ({ members, complete }) => {
      status.textContent = `Connected · ${members}${complete ? '' : ' or more'} in the room`;
    },
  });
  // The service does not tell members that another one came or left, so the page asks.
  setInterval(() => document.hidden || joined.count(), 3000);

  part('form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value === '' || !joined.publish({ by: name, text: input.value })) return;
    input.value = '';
    input.focus();
  });

  function note(text) {
    addLine(log, 'received', 'Note', text);
  }
}

function explain({ name, code, retryMs }) {
  if (name === 'open') return 'Connected';
  if (name === 'connecting') return 'Connecting…';
  if (name === 'closed') return 'Closed';
  return `Disconnected (${code}). Retrying in ${Math.ceil(retryMs / 1000)} s.`;
}

/** Sets text, never HTML: messages may come from anyone. */
function addLine(log, direction, by, text) {
  const line = document.createElement('div');
  line.className = `line ${direction}`;
  const small = document.createElement('small');
  small.textContent = `${by} ${new Date().toLocaleTimeString()}`;
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  line.append(small, paragraph);
  // Only scrolls if the end of the log was visible.
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(line);
  if (log.childElementCount > maxLines) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}
