import { showMoments } from '../words/clock.js';
import { say } from '../words/say.js';

/** One question for the choices of a moment. */
const PAUSE_MS = 900;
/** How often it is tried when the hub is busy with another question of the same person, or the site takes its time. */
const MOST_TRIES = 5;

/** Asks when the server would start with what is chosen, whenever that changes. */
export function followExpectedStart(form) {
  const region = form.querySelector('[data-expected]');
  /** Counts the questions: an answer to an older one is dropped. */
  let question = 0;
  let timer;

  function askSoon() {
    question += 1;
    clearTimeout(timer);
    region.classList.add('is-old');
    timer = setTimeout(ask, PAUSE_MS, question, 1);
  }

  async function ask(number, attempt) {
    if (region.childElementCount === 0) {
      region.textContent = say('browser.checking');
    }
    const answer = await send();
    if (number !== question) {
      return;
    }
    const waitS = answer?.headers.get('Retry-After') ?? null;
    if (waitS !== null && attempt < MOST_TRIES) {
      timer = setTimeout(ask, Number(waitS) * 1000, number, attempt + 1);
      return;
    }
    await show(number, answer);
  }

  /** Undefined when the hub is away. */
  async function send() {
    try {
      return await fetch(form.dataset.expectedPath, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
      });
    } catch {
      return undefined;
    }
  }

  async function show(number, answer) {
    const isPart = answer?.ok || answer?.status === 429;
    const html = isPart ? await answer.text() : '';
    if (number !== question) {
      return;
    }
    region.classList.remove('is-old');
    if (isPart) {
      region.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
      showMoments(region);
    } else {
      region.textContent = say('browser.notChecked');
    }
  }

  form.querySelector('[data-check-button]').addEventListener('click', (event) => {
    event.preventDefault();
    askSoon();
  });
  // A name is no reason to ask again.
  const isChoice = ({ target }) => target.name !== 'name';
  form.addEventListener('input', (event) => isChoice(event) && askSoon());
  form.addEventListener('change', (event) => isChoice(event) && askSoon());
  if (region.childElementCount === 0) {
    askSoon();
  }
}
