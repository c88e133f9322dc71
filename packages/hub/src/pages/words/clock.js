import { say as sayWords } from './say.js';

/**
 * Keeps the times of a page alive. Without this file they stand there as the hub wrote them.
 *
 * `data-moment`: a point in time, in the reader's own clock. `data-age`: how long ago it was. `data-countdown`: how
 * long until then.
 */

/** Dates as the language of the page writes them; English here is that of Europe. */
const LOCALE = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;

const UNITS = [
  [86_400, 'd', 3600, 'h'],
  [3600, 'h', 60, 'min'],
  [60, 'min', 1, 's'],
];

/** A length of time in words, as the hub says it: `4 min 5 s`. */
function sayDuration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [large, largeUnit, small, smallUnit] = UNITS.find(([unit]) => whole >= unit) ?? [];
  if (large === undefined) {
    return `${whole} s`;
  }
  const rest = Math.floor((whole % large) / small);
  const first = `${Math.floor(whole / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

function sayAge(seconds) {
  return seconds < 3 ? sayWords('browser.justNow') : sayWords('browser.ago', { duration: sayDuration(seconds) });
}

/** Shows the times below an element in the reader's own clock; to be called again after new ones were put in. */
export function showMoments(root) {
  for (const element of root.querySelectorAll('[data-moment]')) {
    const date = new Date(element.dataset.moment);
    if (!Number.isNaN(date.getTime())) {
      element.textContent = sayMoment(date, 'withSeconds' in element.dataset);
      element.title = date.toString();
    }
  }
}

function sayMoment(date, withSeconds) {
  const clock = { hour: '2-digit', minute: '2-digit', ...(withSeconds ? { second: '2-digit' } : {}), hour12: false };
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: 'numeric', month: 'short' };
  const otherYear = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
  return new Intl.DateTimeFormat(LOCALE, { ...clock, ...day, ...(isToday ? {} : otherYear) }).format(date);
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll('[data-countdown]')) {
    write(element, sayDuration((Date.parse(element.dataset.countdown) - now) / 1000));
  }
  for (const element of document.querySelectorAll('[data-age]')) {
    write(element, sayAge((now - Date.parse(element.dataset.age)) / 1000));
  }
}

function write(element, words) {
  if (!words.startsWith('NaN') && element.textContent !== words) {
    element.textContent = words;
  }
}

/** Starts the clock of the page. */
export function startClock() {
  showMoments(document);
  tick();
  setInterval(tick, 1000);
}
