import { openStatus, type StatusParts } from '../status/open-status.js';
import type { Part } from './part.js';

/** Has a part that is running tell of itself, for as long as it runs. Closes the part where that cannot be. */
export async function withStatus(part: Pick<Part, 'close'>, parts: StatusParts): Promise<Part> {
  try {
    const status = await openStatus(parts);
    return {
      findTroubles: parts.findTroubles,
      close: async () => {
        await part.close();
        await status.close();
      },
    };
  } catch (error) {
    await part.close();
    throw error;
  }
}
