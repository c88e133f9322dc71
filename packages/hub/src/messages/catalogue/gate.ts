import type { MessageRoom } from '../message.js';

/** What somebody reads whom the gate does not let through to a server. */
export const gateMessages = {
  'gate.reconnecting': {
    en: 'The way to {name} is being opened again',
    de: 'Der Weg zu {name} wird gerade neu geöffnet',
  },
  'gate.reconnecting.text': {
    en: 'The server runs. This page goes on by itself in a moment.',
    de: 'Der Server läuft. Gleich geht es von selbst weiter.',
  },
  'gate.details': { en: 'Details', de: 'Einzelheiten' },
  'gate.noWay': { en: 'There is no such server', de: 'Diesen Server gibt es nicht' },
  'gate.noWay.text': {
    en: 'The address does not lead to a server. Perhaps a part of it got lost on the way.',
    de: 'Die Adresse führt zu keinem Server. Vielleicht ist ein Teil von ihr verloren gegangen.',
  },
  'gate.notYours': { en: 'This server belongs to somebody else', de: 'Dieser Server gehört jemand anderem' },
  'gate.notYours.text': {
    en: 'Only its owner can open a server. If you have another account, sign out and sign in with that one.',
    de: 'Nur wem ein Server gehört, kann ihn öffnen. Wer noch ein anderes Konto hat: abmelden und damit anmelden.',
  },
  'gate.none': { en: 'You have no server called {name}', de: 'Es gibt hier keinen eigenen Server namens {name}' },
  'gate.none.text': { en: 'You can start one with this name.', de: 'Einer mit diesem Namen lässt sich starten.' },
  'gate.start': { en: 'Start a server', de: 'Server starten' },
  'gate.notRunning': { en: 'The server {name} is not running', de: 'Der Server {name} läuft nicht' },
  'gate.noRoute': {
    en: 'This server is not running. Its page in the hub says why.',
    de: 'Dieser Server läuft nicht. Seine Seite im Hub sagt, warum.',
  },
  'gate.again': { en: 'Start it again with the same choices', de: 'Mit denselben Angaben neu starten' },
  'gate.whatHappened': { en: 'What happened', de: 'Was geschehen ist' },
} as const satisfies MessageRoom;
