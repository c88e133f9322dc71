import type { MessageRoom } from '../message.js';

/** What the code in the browser says; every page carries these. Of ICU's format only `{name}` is understood there. */
export const browserMessages = {
  'browser.justNow': { en: 'just now', de: 'gerade eben' },
  'browser.ago': { en: '{duration} ago', de: 'vor {duration}' },
  'browser.runsOut': {
    en: '“{name}” ends in less than {minutes} minutes. Save your work.',
    de: '„{name}“ endet in weniger als {minutes} Minuten. Jetzt alles speichern.',
  },
  'browser.runsOutTitle': { en: 'Less than {minutes} min: {name}', de: 'Unter {minutes} min: {name}' },
  'browser.idle': {
    en: '“{name}” will be ended soon, because nobody uses it.',
    de: '„{name}“ wird bald beendet, weil ihn niemand benutzt.',
  },
  'browser.idleTitle': { en: 'Ends soon, unused: {name}', de: 'Endet bald, ungenutzt: {name}' },
  'browser.checking': { en: 'Checking…', de: 'Wird geprüft …' },
  'browser.notChecked': {
    en: 'It could not be checked now. You can start it all the same.',
    de: 'Das ließ sich jetzt nicht prüfen. Gestartet werden kann trotzdem.',
  },
  'browser.linkCopied': { en: 'Link copied', de: 'Link kopiert' },
  'browser.ready': { en: '“{name}” is ready.', de: '„{name}“ ist bereit.' },
  'browser.notifyOn': {
    en: 'Notify me when it is ready and before it ends',
    de: 'Benachrichtigen, wenn er bereit ist und bevor er endet',
  },
  'browser.notifyOff': { en: 'Switch notifications off', de: 'Benachrichtigungen ausschalten' },
  'browser.notifyDenied': {
    en: 'This browser allows no notifications from here',
    de: 'Dieser Browser erlaubt von hier keine Benachrichtigungen',
  },
} as const satisfies MessageRoom;
