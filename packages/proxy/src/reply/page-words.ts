import type { ProxyErrorCode } from '../proxy-error.js';

/** The languages that pages are written in; the first is for whoever asks for another. */
const languages = ['en', 'de'] as const;

/** A language of the proxy's pages. */
export type PageLanguage = (typeof languages)[number];

interface Words {
  title: string;
  text: string;
}

interface Catalogue {
  /** A page for what people meet; all else has the number and the proxy's own message. */
  readonly pages: Partial<Record<ProxyErrorCode | 'hub-away', Words>>;
  readonly error: (status: number) => string;
  readonly again: (seconds: number) => string;
  readonly tryNow: string;
  readonly aboutServer: string;
  readonly myServers: string;
}

/** What the proxy's pages say. */
export const pageWords: Readonly<Record<PageLanguage, Catalogue>> = {
  en: {
    pages: {
      'target-away': {
        title: 'This server does not answer just now',
        text: 'It may be starting, or the connection to it is being opened again. If only the connection is gone, what runs on it goes on.',
      },
      'hub-away': {
        title: 'The hub does not answer just now',
        text: 'It is probably being restarted. Servers that run go on and can be used meanwhile.',
      },
      'bad-answer': {
        title: 'This server gave an answer that cannot be read',
        text: 'The program on it may have failed. Try again; if it stays so, start the server anew.',
      },
      'not-yours': {
        title: 'This server belongs to somebody else',
        text: 'You are signed in, but only its owner may use it.',
      },
      'no-route': {
        title: 'There is nothing at this address',
        text: 'The server may have ended. Look at your servers.',
      },
      'too-many-connections': {
        title: 'Too much is open at the same time',
        text: 'Too many connections are open from your address. Close some pages, or try again later.',
      },
    },
    error: (status) => `Error ${status}`,
    again: (seconds) => `This page tries again by itself in ${seconds} seconds.`,
    tryNow: 'Try now',
    aboutServer: 'About this server',
    myServers: 'My servers',
  },
  de: {
    pages: {
      'target-away': {
        title: 'Dieser Server antwortet gerade nicht',
        text: 'Vielleicht startet er noch, oder die Verbindung zu ihm wird neu geöffnet. Fehlt nur die Verbindung, läuft weiter, was auf ihm läuft.',
      },
      'hub-away': {
        title: 'Der Hub antwortet gerade nicht',
        text: 'Wahrscheinlich wird er neu gestartet. Laufende Server laufen weiter und sind inzwischen benutzbar.',
      },
      'bad-answer': {
        title: 'Dieser Server gab eine unlesbare Antwort',
        text: 'Vielleicht ist das Programm auf ihm gescheitert. Versuchen Sie es noch einmal; bleibt es so, starten Sie den Server neu.',
      },
      'not-yours': {
        title: 'Dieser Server gehört jemand anderem',
        text: 'Sie sind angemeldet, doch nur wem er gehört, darf ihn benutzen.',
      },
      'no-route': {
        title: 'Unter dieser Adresse gibt es nichts',
        text: 'Vielleicht ist der Server beendet. Sehen Sie bei Ihren Servern nach.',
      },
      'too-many-connections': {
        title: 'Es ist zu vieles gleichzeitig offen',
        text: 'Von Ihrer Adresse aus sind zu viele Verbindungen offen. Schließen Sie einige Seiten oder versuchen Sie es später.',
      },
    },
    error: (status) => `Fehler ${status}`,
    again: (seconds) => `Diese Seite versucht es in ${seconds} Sekunden von selbst noch einmal.`,
    tryNow: 'Jetzt versuchen',
    aboutServer: 'Zu diesem Server',
    myServers: 'Meine Server',
  },
};

/** The language that a browser likes best of ours (RFC 9110, 12.5.4). */
export function choosePageLanguage(acceptLanguage: string | undefined): PageLanguage {
  let best: PageLanguage = languages[0];
  let bestWeight = 0;
  for (const part of (acceptLanguage ?? '').split(',')) {
    const [, tag = '', weightText] = /^\s*([a-z]+)(?:-[\w-]*)?\s*(?:;\s*q=([\d.]+)\s*)?$/i.exec(part) ?? [];
    const language = languages.find((known) => known === tag.toLowerCase());
    const weight = weightText === undefined ? 1 : Number(weightText);
    if (language !== undefined && weight > bestWeight) [best, bestWeight] = [language, weight];
  }
  return best;
}
