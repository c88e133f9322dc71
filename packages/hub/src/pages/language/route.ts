import { readLocalPath } from '../../auth/local-path.js';
import { isLanguage } from '../../messages/language.js';
import type { RegisterPage } from '../../web/create-app.js';
import { languageCookie, setCookie } from '../../web/hub-cookies.js';
import { readField } from '../../web/read-field.js';
import type { ShellServices } from '../../web/shell-services.js';

const YEAR_S = 365 * 86_400;

/** `POST /hub/language`: keeps a language for this browser, and goes back to the page. */
export const registerLanguage: RegisterPage<ShellServices> = (router, { config }) => {
  const secure = config.public.url.startsWith('https:');
  router.post('/hub/language', (ctx) => {
    const language = readField(ctx, 'language');
    if (isLanguage(language)) {
      setCookie(ctx, languageCookie, language, { secure, maxAgeSeconds: YEAR_S });
    }
    ctx.redirect(readLocalPath(readField(ctx, 'next')));
    ctx.status = 303;
  });
};
