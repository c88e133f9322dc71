import { isLanguage, LANGUAGES } from '../messages/language.js';
import { sayIn } from '../messages/say.js';
import type { HubStep } from './hub-context.js';
import { languageCookie, readCookies } from './hub-cookies.js';

/** Finds the language of whoever asks: the one that was chosen in this browser, else the one that the browser prefers. */
export const chooseLanguage: HubStep = async (ctx, next) => {
  const chosen = readCookies(ctx, languageCookie)[0];
  const preferred = ctx.acceptsLanguages(...LANGUAGES);
  ctx.state.say = sayIn[isLanguage(chosen) ? chosen : isLanguage(preferred) ? preferred : LANGUAGES[0]];
  ctx.set('Content-Language', ctx.state.say.language);
  await next();
};
