import { createHash } from 'node:crypto';
import type { ProxyError } from '../proxy-error.js';
import { type PageLanguage, pageWords } from './page-words.js';

/** What is known of a server that does not answer. */
export interface AwayServer {
  /** When it is worth asking again. */
  readonly retryAfterSeconds: number;
  /** The hub's page about it, a path. */
  readonly page: string | undefined;
  /** Whether it is the hub itself. */
  readonly isHub: boolean;
}

// The colours are the hub's (packages/hub/src/web/assets): this page stands between two of its.
const style = `:root{color-scheme:light dark;--page:#f5f7fa;--card:#fff;--line:#d9e0ea;--ink:#16202c;--soft:#4c5a6b;--blue:#0a5a9c;--on:#fff}
@media(prefers-color-scheme:dark){:root{--page:#0e141b;--card:#161e28;--line:#2a3644;--ink:#e6ecf3;--soft:#a6b4c4;--blue:#6db6f2;--on:#08192a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:36rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow-wrap:break-word}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
p{margin:0 0 .75rem}
.soft{color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:center;margin-top:1.5rem}
a{color:var(--blue)}
a.main{padding:.5rem 1rem;background:var(--blue);color:var(--on);border-radius:.45rem;text-decoration:none}
a:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.wait{width:2.25rem;height:2.25rem;margin:0 0 1rem;border:.25rem solid var(--line);border-top-color:var(--blue);border-radius:50%;animation:turn 1.2s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.wait{animation:none}}`;

/** For the Content-Security-Policy: the one style that such a page may have. */
export const pageStyleHash = createHash('sha256').update(style).digest('base64');

/** The page for a person. Its words are the proxy's own, and a path that the hub has set; all is escaped the same. */
export function renderErrorPage(error: ProxyError, language: PageLanguage, away: AwayServer | undefined): string {
  const words = pageWords[language];
  const said = words.pages[away?.isHub === true ? 'hub-away' : error.code];
  const title = escapeHtml(said?.title ?? words.error(error.status));
  const links = [
    ...(away === undefined ? [] : [`<a class="main" href="">${words.tryNow}</a>`]),
    ...(away?.page === undefined ? [] : [`<a href="${escapeHtml(away.page)}">${words.aboutServer}</a>`]),
    ...(away?.isHub === true ? [] : [`<a href="/hub/">${words.myServers}</a>`]),
  ];
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${style}</style>
<main>${away === undefined ? '' : '<div class="wait" aria-hidden="true"></div>'}<h1>${title}</h1>
<p>${escapeHtml(said?.text ?? error.message)}</p>${away === undefined ? '' : `\n<p class="soft">${words.again(away.retryAfterSeconds)}</p>`}
<nav>${links.join('\n')}</nav></main></html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
