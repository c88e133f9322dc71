import { tellIdle, tellRunOut } from './notify.js';
import { warnInTitle } from './page-title.js';
import { say } from './say.js';

/** How many minutes before the end of the run time one is warned, the last warning first. */
const WARNED_MINUTES = [5, 15];
const MINUTE_MS = 60_000;

/**
 * Keeps the warnings of a page (`data-warns-before`: the end of a run time, `data-idle-ends`: the end of a server that
 * nobody uses, `data-name`: whose) and its title in step with the clock. Without this file they stand there as the hub
 * wrote them.
 */
export function startRunOut() {
  warn();
  setInterval(warn, 1000);
}

/** Looks again at once: what ends when has changed. */
export function warn() {
  const warnings = [
    ...[...document.querySelectorAll('[data-warns-before]')].map(warnOf),
    ...[...document.querySelectorAll('[data-idle-ends]')].map(warnOfIdle),
  ];
  const first = warnings.filter((found) => found !== undefined).sort((one, other) => one.endsAt - other.endsAt)[0];
  warnInTitle(first?.title);
}

function warnOfIdle({ dataset }) {
  const endsAt = Date.parse(dataset.idleEnds);
  if (Number.isNaN(endsAt)) {
    return undefined;
  }
  const found = { id: dataset.id, name: dataset.name, endsAt };
  tellIdle(found);
  return { ...found, title: say('browser.idleTitle', found) };
}

function warnOf(element) {
  const endsAt = Date.parse(element.dataset.warnsBefore);
  const left = endsAt - Date.now();
  const minutes = WARNED_MINUTES.find((minutes) => left <= minutes * MINUTE_MS);
  element.hidden = minutes === undefined;
  if (minutes === undefined) {
    return undefined;
  }
  const found = { id: element.dataset.id, name: element.dataset.name, minutes, endsAt };
  tellRunOut(found);
  const text = say('browser.runsOut', found);
  const words = element.querySelector('strong');
  // Written only when it is another one: screen readers say what changes.
  if (words.textContent !== text) {
    words.textContent = text;
  }
  return { ...found, title: say('browser.runsOutTitle', found) };
}
