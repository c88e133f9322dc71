import { say } from './say.js';

/**
 * Notifications of the browser. They are off until the person presses the button (`data-notify`), and the browser's own
 * question is asked then and at no other time. Where the browser has none, or not for this address, there is no button.
 */

const SWITCH = 'juhub-notify';
/** What was told already, in whichever window: each thing is told once. */
const TOLD = 'juhub-told';
const TOLD_MOST = 50;

const canNotify = 'Notification' in window && window.isSecureContext;

/** Whether the person wants to be notified, and the browser lets us. */
export function isNotifying() {
  return canNotify && Notification.permission === 'granted' && keep(SWITCH) === 'on';
}

/** Shows the button, and does what it says. */
export function startNotify() {
  showNotifyButton();
  findButton()?.addEventListener('click', async () => {
    const isOn = isNotifying();
    if (!isOn && Notification.permission === 'default') {
      await Notification.requestPermission();
    }
    keep(SWITCH, isOn ? 'off' : 'on');
    showNotifyButton();
  });
}

/** Offers to notify while there is something to wait for (`data-coming`); whoever is notified can always end that. */
export function showNotifyButton() {
  const button = findButton();
  if (!canNotify || button === null) {
    return;
  }
  const isDenied = Notification.permission === 'denied';
  button.hidden = !isNotifying() && document.querySelector('[data-coming]') === null;
  button.disabled = isDenied;
  button.textContent = say(
    isDenied ? 'browser.notifyDenied' : isNotifying() ? 'browser.notifyOff' : 'browser.notifyOn',
  );
}

function findButton() {
  return document.querySelector('[data-notify]');
}

/** Tells of a server that it is ready, once. */
export function tellReady({ id, name }) {
  tell(`${id}-ready`, say('browser.ready', { name }));
}

/** Warns that the run time of a server is nearly over, once for each warning. */
export function tellRunOut({ id, name, minutes, endsAt }) {
  tell(`${id} ${endsAt} ${minutes}`, say('browser.runsOut', { name, minutes }));
}

/** Warns that a server will be ended because nobody uses it, once for each end. */
export function tellIdle({ id, name, endsAt }) {
  tell(`${id}-idle-${Math.round(endsAt / 60_000)}`, say('browser.idle', { name }));
}

function tell(what, text) {
  if (!isNotifying()) {
    return;
  }
  const told = (keep(TOLD) ?? '').split('\n');
  if (told.includes(what)) {
    return;
  }
  keep(TOLD, [what, ...told].slice(0, TOLD_MOST).join('\n'));
  try {
    const shown = new Notification('juhub', { body: text, tag: what, lang: document.documentElement.lang });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
    });
  } catch {
    // Some browsers have them only for pages with a worker of their own; the page itself says the same.
  }
}

/** Reads or writes what the browser keeps; a browser that keeps nothing forgets. */
function keep(key, value) {
  try {
    if (value !== undefined) {
      localStorage.setItem(key, value);
    }
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
