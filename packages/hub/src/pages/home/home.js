import { startClock } from '../words/clock.js';
import { isNotifying, startNotify, tellReady } from '../words/notify.js';
import { startRunOut } from '../words/run-out.js';

/** While a server is on its way the page looks again this often, unless somebody is just using it. */
const LOOK_AGAIN_MS = 8_000;
/** While nothing moves, and a server may be ended because nobody uses it, this often is enough. */
const WATCH_MS = 60_000;
const COMING = 'juhub-coming';

startClock();
startRunOut();
startNotify();
tellNews();

/** What was on its way when this window was loaded last, and is ready now. */
function tellNews() {
  const cards = [...document.querySelectorAll('[data-server]')];
  const coming = (sessionStorage.getItem(COMING) ?? '').split(' ');
  for (const { dataset } of cards.filter(({ dataset }) => 'ready' in dataset && coming.includes(dataset.id))) {
    tellReady({ id: dataset.id, name: dataset.server });
  }
  const ids = cards.filter(({ dataset }) => 'coming' in dataset).map(({ dataset }) => dataset.id);
  sessionStorage.setItem(COMING, ids.join(' '));
}

/** Nobody is using the page. One that nobody sees looks again only for the sake of a notification. */
function isQuiet() {
  return document.visibilityState === 'visible'
    ? (document.activeElement ?? document.body).matches('body, [data-notify]')
    : isNotifying();
}

if (document.querySelector('[data-moving], [data-watched]') !== null) {
  const everyMs = document.querySelector('[data-moving]') === null ? WATCH_MS : LOOK_AGAIN_MS;
  setInterval(() => isQuiet() && location.reload(), everyMs);
}
// From the browser's own memory of the page: what runs may be another thing by now.
window.addEventListener('pageshow', (event) => event.persisted && location.reload());
