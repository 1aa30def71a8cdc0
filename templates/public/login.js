import { takeTicket } from './ticket.js';

const dialog = document.createElement('dialog');
dialog.innerHTML = `
  <form>
    <label for="token">Paste an access token. In development, npm run token prints one.</label>
    <input id="token" type="password" required autocomplete="off" />
    <button>Connect</button>
  </form>`;
document.body.append(dialog);

/** A promise of the token: not in storage, which every script of the origin can read. */
let token;

/**
 * Asks for an access token the first time, and exchanges it for a ticket. In your own page, take the
 * token from the library of your identity provider, which also renews it.
 *
 * @param {string} path The path of the socket.
 * @returns {Promise<string>}
 */
export function ticketAfterLogin(path) {
  token ??= askForToken();
  return takeTicket({ path, token: () => token });
}

function askForToken() {
  const form = dialog.querySelector('form');
  // Escape would leave the page without a way to continue.
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      resolve(form.elements.token.value.trim());
      dialog.remove();
    });
  });
}
