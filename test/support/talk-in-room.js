/** @param {() => boolean} holds */
async function until(holds) {
  const end = Date.now() + 20_000;
  while (!holds() && Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- looks again and again
    await new Promise((wake) => {
      setTimeout(wake, 50);
    });
  }
}

function all(selector) {
  return [...document.querySelectorAll(selector)];
}

function submit(form, text) {
  const input = document.querySelector(`${form} input`);
  input.value = text;
  input.form.requestSubmit();
}

/** Signs in with a token, lets the first person write to the second one, and returns what they see. */
// oxlint-disable-next-line no-unused-vars -- called in the page
async function talk(token) {
  await until(() => all('dialog[open]').length > 0);
  submit('dialog', token);
  await until(() => all('[role=status]').every(({ innerText }) => innerText.includes('2 in the')));
  submit('[data-name=Ada]', 'Good morning, <b>Grace</b>');
  await until(() => all('[data-name=Grace] .received').length > 0);
  const texts = (selector) => all(selector).map(({ innerText }) => innerText);
  return {
    states: texts('[role=status]'),
    sent: texts('[data-name=Ada] .sent p'),
    received: texts('[data-name=Grace] .received p'),
    overflows: document.documentElement.scrollWidth > window.innerWidth,
  };
}
