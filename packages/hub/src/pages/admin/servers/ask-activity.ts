import { sayWhy } from '../../../say-why.js';
import type { Services } from '../../../services.js';
import { type Activity, listActivity } from '../../../spawn/list-activity.js';

/** When servers were last used. A list is shown without it rather than not at all: undefined when the proxy cannot be asked. */
export async function askActivity({ ends, log }: Pick<Services, 'ends' | 'log'>): Promise<Activity | undefined> {
  try {
    return await listActivity(ends.proxy);
  } catch (error) {
    log.warn({ why: sayWhy(error) }, 'the proxy cannot be asked when servers were last used');
    return undefined;
  }
}
