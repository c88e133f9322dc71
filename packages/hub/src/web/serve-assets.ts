import type { Assets } from './assets.js';
import type { PageContext } from './hub-context.js';
import { SaidError } from './web-error.js';

/** Answers with a file that pages refer to, to be kept for a year: another content has another path. */
export function serveAssets(assets: Assets) {
  return (ctx: PageContext): void => {
    const asset = assets.find(String(ctx.params.name));
    if (asset === undefined || ctx.params.version !== assets.version) {
      throw new SaidError(404, 'not-found', 'error.noSuchFile');
    }
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = asset.type;
    ctx.body = asset.content;
  };
}
