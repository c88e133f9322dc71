import { startClock } from '../words/clock.js';
import { startRunOut } from '../words/run-out.js';

/** While a server is on its way the page looks again this often, unless somebody is just using it. */
const LOOK_AGAIN_MS = 8_000;

startClock();
startRunOut();

function isQuiet() {
  return document.visibilityState === 'visible' && (document.activeElement ?? document.body) === document.body;
}

if (document.querySelector('[data-moving]') !== null) {
  setInterval(() => isQuiet() && location.reload(), LOOK_AGAIN_MS);
}
// From the browser's own memory of the page: what runs may be another thing by now.
window.addEventListener('pageshow', (event) => event.persisted && location.reload());
