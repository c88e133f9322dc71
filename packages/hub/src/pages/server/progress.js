import { showMoments, startClock } from '../words/clock.js';
import { isNotifying, showNotifyButton, startNotify, tellReady } from '../words/notify.js';
import { nameWindow } from '../words/page-title.js';
import { startRunOut, warn } from '../words/run-out.js';
import { setText, setTime, showView } from './show-view.js';

const page = document.querySelector('[data-progress]');
/** The person came from the form and waits for the notebook; not, when the page was opened later to have a look. */
const opensWhenReady = 'opensWhenReady' in page.dataset;
/** When the hub does not let the page listen, it is loaded again instead. */
const RELOAD_MS = 10_000;

let source;
let shownTimeline = '';

startClock();
startRunOut();
startNotify();
showLogEnd();
listen();
document.addEventListener('visibilitychange', () => (isWanted() ? listen() : stopListening()));
// Out of the browser's own memory: the server may be in another state by now.
window.addEventListener('pageshow', (event) => event.persisted && location.reload());

/** On its way to ready, as far as this page has heard. */
function isOnItsWay() {
  return 'coming' in page.dataset;
}

/** Browsers have few connections to one host: a page that nobody sees gives its own back, unless it is to open or to tell something. */
function isWanted() {
  return document.visibilityState === 'visible' || opensWhenReady || (isOnItsWay() && isNotifying());
}

function listen() {
  if (source !== undefined || 'ended' in page.dataset || !isWanted()) {
    return;
  }
  source = new EventSource(page.dataset.events);
  source.addEventListener('snapshot', (event) => take(JSON.parse(event.data)));
  source.addEventListener('error', () => {
    // An interrupted stream is taken up again by the browser itself; a closed one was refused, and the page says why.
    if (source?.readyState === EventSource.CLOSED) {
      stopListening();
      setTimeout(() => location.reload(), RELOAD_MS);
    }
  });
}

function stopListening() {
  source?.close();
  source = undefined;
}

function take(view) {
  if (view.isReady && isOnItsWay()) {
    tellReady(view);
  }
  if (view.isReady && opensWhenReady) {
    stopListening();
    // In place of this page, so that the way back does not lead here and on again.
    location.replace(view.openPath);
    return;
  }
  if (view.isEnded) {
    page.dataset.ended = '';
    stopListening();
  }
  page.toggleAttribute('data-coming', view.isOnItsWay);
  showNotifyButton();
  show({ ...view, opens: view.isOnItsWay && opensWhenReady });
  showTimeline(view.timeline);
  showMoments(page);
  showLogEnd();
  nameWindow(`${view.name}: ${view.state.word}`);
  page.querySelector('[data-idle-ends]').dataset.idleEnds = view.idle?.endsAt.iso ?? '';
  page.querySelector('[data-warns-before]').dataset.warnsBefore = view.warnsBefore ?? '';
  warn();
}

/** The last lines of a log say why it ended. */
function showLogEnd() {
  const log = page.querySelector('[data-log]');
  log.scrollTop = log.scrollHeight;
}

function show(view) {
  showView(page, view);
  for (const element of page.querySelectorAll('[data-tone]')) {
    element.className = element.className.replace(/\btone-\w+/, `tone-${view.state.tone}`);
  }
  page.querySelector('[data-state]').dataset.state = view.state.state;
}

function showTimeline(steps) {
  const news = JSON.stringify(steps);
  if (news !== shownTimeline) {
    shownTimeline = news;
    page.querySelector('[data-timeline]').replaceChildren(...steps.map(makeStep));
  }
}

function makeStep(step) {
  const made = document.querySelector('#timeline-step').content.firstElementChild.cloneNode(true);
  made.className = `step step-${step.status}`;
  for (const element of made.querySelectorAll('[data-step]')) {
    setText(element, step[element.dataset.step]);
  }
  const time = made.querySelector('time');
  setTime(time, step.at?.iso);
  setText(time, step.at?.text);
  if (step.status === 'current') {
    made.setAttribute('aria-current', 'step');
  }
  return made;
}
