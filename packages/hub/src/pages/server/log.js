import { showMoments, startClock } from '../words/clock.js';
import { setText, showView } from './show-view.js';

/** How long after an answer the page asks again. */
const ASK_AGAIN_MS = 3_000;

const page = document.querySelector('[data-log-page]');
const log = page.querySelector('[data-log]');
let timer;

startClock();
log.scrollTop = log.scrollHeight;
document.addEventListener('visibilitychange', askSoon);
askSoon();

/** Nobody is asked for a page that nobody sees. */
function askSoon() {
  clearTimeout(timer);
  if ('live' in page.dataset && document.visibilityState === 'visible') {
    timer = setTimeout(ask, ASK_AGAIN_MS);
  }
}

async function ask() {
  try {
    const answer = await fetch(page.dataset.logPage, { headers: { accept: 'application/json' } });
    if (answer.status === 401 || answer.status === 404) {
      location.reload();
      return;
    }
    if (answer.ok) {
      show(await answer.json());
    }
  } catch {
    // The hub is away for a moment: what is shown says from when it is.
  }
  askSoon();
}

function show(view) {
  // Whoever has scrolled up is reading; whoever is at the end wants to see the end.
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  showView(page, { ...view, isOver: !view.isLive });
  showFacts(view.usage.facts);
  showMoments(page);
  if (!view.isLive) {
    delete page.dataset.live;
  }
  if (isAtEnd) {
    log.scrollTop = log.scrollHeight;
  }
}

function showFacts(facts) {
  const list = page.querySelector('[data-facts]');
  const places = facts.map((_, index) => list.children[index] ?? list.appendChild(makePlace()));
  for (const [index, { label, value }] of facts.entries()) {
    setText(places[index].querySelector('dt'), label);
    setText(places[index].querySelector('dd'), value);
  }
  while (list.children.length > facts.length) {
    list.lastElementChild.remove();
  }
}

function makePlace() {
  const place = document.createElement('div');
  place.append(document.createElement('dt'), document.createElement('dd'));
  return place;
}
