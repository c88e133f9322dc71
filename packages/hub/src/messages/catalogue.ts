import { adminMessages } from './catalogue/admin.js';
import { adminServersMessages } from './catalogue/admin-servers.js';
import { adminSitesMessages } from './catalogue/admin-sites.js';
import { adminTemplateMessages } from './catalogue/admin-templates.js';
import { browserMessages } from './catalogue/browser.js';
import { errorMessages } from './catalogue/errors.js';
import { gateMessages } from './catalogue/gate.js';
import { homeMessages } from './catalogue/home.js';
import { lifeMessages } from './catalogue/life.js';
import { logMessages } from './catalogue/log.js';
import { noticesMessages } from './catalogue/notices.js';
import { problemMessages } from './catalogue/problems.js';
import { reasonMessages } from './catalogue/reasons.js';
import { refusalMessages } from './catalogue/refusals.js';
import { serverMessages } from './catalogue/server.js';
import { shellMessages } from './catalogue/shell.js';
import { signInMessages } from './catalogue/sign-in.js';
import { startMessages } from './catalogue/start.js';
import { tokensMessages } from './catalogue/tokens.js';
import { wordsMessages } from './catalogue/words.js';
import type { Message } from './message.js';

/** Every message of the hub, from the rooms that they belong to. */
export const catalogue = {
  ...adminMessages,
  ...adminTemplateMessages,
  ...adminServersMessages,
  ...adminSitesMessages,
  ...browserMessages,
  ...errorMessages,
  ...gateMessages,
  ...homeMessages,
  ...lifeMessages,
  ...logMessages,
  ...noticesMessages,
  ...problemMessages,
  ...reasonMessages,
  ...refusalMessages,
  ...serverMessages,
  ...shellMessages,
  ...signInMessages,
  ...startMessages,
  ...tokensMessages,
  ...wordsMessages,
};

export type MessageKey = keyof typeof catalogue;

/** The message of a key; undefined where there is none, as for a code that came out of an error. */
export function findMessage(key: string): Message | undefined {
  return Object.hasOwn(catalogue, key) ? catalogue[key as MessageKey] : undefined;
}
