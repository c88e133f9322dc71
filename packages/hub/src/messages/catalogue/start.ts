import type { MessageRoom } from '../message.js';

/** The form that starts a server. */
export const startMessages = {
  'start.presets': { en: 'Presets', de: 'Vorlagen' },
  'start.presetsHint': {
    en: 'Fill the form in with a good choice:',
    de: 'Das Formular mit einer guten Wahl ausfüllen:',
  },
} as const satisfies MessageRoom;
