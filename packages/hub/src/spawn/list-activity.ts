import type { ProxyClient } from '@juhub/proxy';
import { publicPathOf } from './public-path.js';

/** When each server's route last carried data; see `activityOf`. */
export type Activity = ReadonlyMap<string, Date>;

/**
 * Asks the proxy once when each of its routes last carried data.
 *
 * @throws ProxyError `proxy-away` when the proxy does not answer
 */
export async function listActivity(proxy: Pick<ProxyClient, 'listRoutes'>): Promise<Activity> {
  const routes = Object.entries(await proxy.listRoutes());
  return new Map(routes.map(([path, route]) => [withoutSlash(path), new Date(route.last_activity)]));
}

/** When a server was last used; undefined where it has no route. */
export function activityOf(activity: Activity, server: { userName: string; name: string }): Date | undefined {
  return activity.get(withoutSlash(publicPathOf(server)));
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}
