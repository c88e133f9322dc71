import { randomBytes } from 'node:crypto';
import type { NoticeRow } from '../db/notices.js';
import type { Database } from '../db/open-database.js';
import type { Log } from '../log.js';
import type { CheckedNotice } from './check-notice.js';
import { SiteInMaintenance } from './site-in-maintenance.js';

const LISTED_OVER = 20;

/** The maintenance of a site that is among the notices. */
export function findMaintenance(notices: readonly NoticeRow[], siteName: string): NoticeRow | undefined {
  return notices.find(({ kind, site }) => kind === 'maintenance' && site === siteName);
}

/** What administrators tell everybody: announcements, and maintenances of sites, during which nothing is started there. */
export class Notices {
  constructor(
    private readonly database: Pick<Database, 'notices'>,
    private readonly log: Log,
  ) {}

  /** What everybody is shown now: maintenances before announcements. */
  async listShown(now = new Date()): Promise<NoticeRow[]> {
    const shown = (await this.database.notices.listOpen(now)).filter(({ shownFrom }) => shownFrom <= now);
    const isMaintenance = ({ kind }: NoticeRow) => kind === 'maintenance';
    return [...shown.filter(isMaintenance), ...shown.filter((row) => !isMaintenance(row))];
  }

  /** Those that are shown now or will be, and the last ones that are over. */
  async listAll(now = new Date()): Promise<{ open: NoticeRow[]; over: NoticeRow[] }> {
    const { notices } = this.database;
    return { open: await notices.listOpen(now), over: await notices.listOver(now, LISTED_OVER) };
  }

  /** Makes a notice; a maintenance takes the place of the one that its site has. */
  async make(notice: CheckedNotice, admin: string, now = new Date()): Promise<NoticeRow> {
    const { shownFrom = now, ...rest } = notice;
    const id = randomBytes(8).toString('hex');
    const row = { ...rest, shownFrom, id, madeBy: admin, madeAt: now };
    await this.database.notices.add(row);
    const { kind, level, site, shownUntil } = notice;
    this.log.info({ admin, notice: id, kind, level, site, until: shownUntil }, 'an administrator made a notice');
    return { ...row, endedBy: null, endedAt: null };
  }

  /** Ends a notice before its time. @returns false where there is none to end */
  async end(id: string, admin: string, now = new Date()): Promise<boolean> {
    const ended = await this.database.notices.end(id, admin, now);
    if (ended !== undefined) {
      const { kind, site } = ended;
      this.log.info({ admin, notice: id, kind, site }, 'an administrator ended a notice');
    }
    return ended !== undefined;
  }

  /** @throws SiteInMaintenance while nothing may be started there */
  async refuseInMaintenance(site: { readonly name: string; readonly title: string }): Promise<void> {
    const maintenance = findMaintenance(await this.listShown(), site.name);
    if (maintenance !== undefined) {
      throw new SiteInMaintenance(site, maintenance);
    }
  }
}
