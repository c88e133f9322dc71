import type { MessageRoom } from '../message.js';

/** The page for signing in. */
export const signInMessages = {
  'signIn.title': { en: 'Sign in', de: 'Anmelden' },
  'signIn.claim': { en: 'Jupyter on supercomputers', de: 'Jupyter auf Supercomputern' },
  'signIn.signedOut': {
    en: 'You are signed out. Your servers keep running.',
    de: 'Abgemeldet. Die Server laufen weiter.',
  },
  'signIn.goOn': { en: 'Please sign in to go on.', de: 'Bitte anmelden, um fortzufahren.' },
  'signIn.userName': { en: 'User name', de: 'Benutzername' },
  'signIn.password': { en: 'Password', de: 'Passwort' },
  'signIn.wrong': {
    en: 'The user name or the password is wrong.',
    de: 'Benutzername oder Passwort ist falsch.',
  },
  'signIn.tooBusy': {
    en: 'Too many people are signing in at this moment. Please try again in a few seconds.',
    de: 'Gerade melden sich zu viele gleichzeitig an. Bitte in ein paar Sekunden noch einmal versuchen.',
  },
  'signIn.tooMany': {
    en: 'Too many attempts to sign in. Please try again in {duration}.',
    de: 'Zu viele Anmeldeversuche. Bitte in {duration} noch einmal versuchen.',
  },
} as const satisfies MessageRoom;
